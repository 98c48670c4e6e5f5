/** Which images the workers of this process use, so that none of them is removed under its worker. */
export class ImagesInUse {
  private readonly uses = new Map<string, number>();
  private readonly removals = new Map<string, Promise<unknown>>();

  /**
   * Begins a use.
   * @returns false, after its removal has ended, when the image was being removed: it has to be looked for again
   */
  async begin(image: string): Promise<boolean> {
    const removal = this.removals.get(image);
    if (removal) {
      await removal;
      return false;
    }
    this.uses.set(image, (this.uses.get(image) ?? 0) + 1);
    return true;
  }

  end(image: string): void {
    const uses = (this.uses.get(image) ?? 1) - 1;
    if (uses > 0) this.uses.set(image, uses);
    else this.uses.delete(image);
  }

  /** Runs `remove` while nobody can begin to use the image. @returns undefined when it is in use */
  async removing<T>(image: string, remove: () => Promise<T>): Promise<T | undefined> {
    if (this.uses.has(image) || this.removals.has(image)) return undefined;
    const removal = remove();
    const settled = removal.then(
      () => undefined,
      () => undefined, // the caller learns of it; who waits has to look again in any case
    );
    this.removals.set(image, settled);
    try {
      return await removal;
    } finally {
      this.removals.delete(image);
    }
  }
}

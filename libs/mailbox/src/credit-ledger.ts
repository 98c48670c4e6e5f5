/**
 * The credit a consumer has asked for and not yet used. It belongs to the consumer and not to its link, so that it
 * outlives connections: what is outstanding when a link is lost is what the next link must issue.
 */
export class CreditLedger {
  private credit = 0;

  /** Messages asked for and not yet delivered. */
  get outstanding(): number {
    return this.credit;
  }

  /** @throws RangeError unless `n` is a positive integer. */
  request(n: number): void {
    if (!Number.isSafeInteger(n) || n < 1) throw new RangeError(`Credit must be a positive integer, not ${n}`);
    this.credit += n;
  }

  /** Uses one credit for a delivery. False when there is none: the broker sent more than was asked for. */
  take(): boolean {
    if (this.credit === 0) return false;
    this.credit--;
    return true;
  }
}

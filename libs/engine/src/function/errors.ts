import { ImageNotFound } from '../errors.js';
import { functionImage } from './function-image.js';

/** No such function is registered in this process: an unknown image. The user has to correct the actor's image. */
export class FunctionNotFound extends ImageNotFound {
  constructor(readonly functionName: string) {
    super(functionImage(functionName));
    this.message = `Image ${functionImage(functionName)} was not found: this application has no function of that name.`;
  }
}

/** The application was started without a container engine. The user has to name a function, or the operator give an engine. */
export class NoContainers extends ImageNotFound {
  constructor(image: string) {
    super(image);
    this.message = `Image ${image} cannot run here: this application runs functions only. Give function:<name> as the image.`;
  }
}

/** A programming error of the embedding application: the function cannot be registered. */
export class FunctionRefused extends Error {
  constructor(
    readonly functionName: string,
    reason: string,
  ) {
    super(`Function "${functionName}" cannot be registered: ${reason}`);
    this.name = new.target.name;
  }
}

/** Thrown to a function that sends a result which cannot be stored. */
export class ResultTooLarge extends RangeError {
  constructor(
    readonly bytes: number,
    readonly limit: number,
  ) {
    super(
      `A result may have ${limit} bytes, this one has ${bytes}. Send it in parts, or store it elsewhere and send its place.`,
    );
    this.name = new.target.name;
  }
}

/** Thrown to a function that goes on after its execution has ended, by itself or because its grace was over. */
export class ExecutionEnded extends Error {
  constructor(readonly execution: string) {
    super(`Execution ${execution} has ended: its function can do nothing for it any more.`);
    this.name = new.target.name;
  }
}

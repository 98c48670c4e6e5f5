/** A place in a list that is sorted by time, then by id. */
export interface Position {
  readonly time: Date;
  readonly id: string;
}

/** Part of a list. */
export interface PageRequest {
  /** Items at most. */
  readonly size: number;
  /** The item before the first one; undefined: the list begins. */
  readonly after?: Position | undefined;
}

/** What comes before a position, in a list that begins with its end. @param timeField as in {@link comesAfter} */
export const comesBefore = (timeField: string, after: Position | undefined): object =>
  after === undefined
    ? {}
    : {
        [timeField]: { $lte: after.time },
        $or: [{ [timeField]: { $lt: after.time } }, { [timeField]: after.time, _id: { $lt: after.id } }],
      };

/** What comes after a position. @param timeField the field that the list is sorted by, before `_id` */
export const comesAfter = (timeField: string, after: Position | undefined): object =>
  after === undefined
    ? {}
    : {
        [timeField]: { $gte: after.time }, // for an index; the rest decides
        $or: [{ [timeField]: { $gt: after.time } }, { [timeField]: after.time, _id: { $gt: after.id } }],
      };

/**
 * An attempt waits for something that this night does not live to see. Nothing of it is thrown away:
 * it stays as it is in the log, and the next night goes on with it.
 */
export class NotTonight extends Error {
  override readonly name = "NotTonight";
}

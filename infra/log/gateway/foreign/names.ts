import { kindOf } from "@nightshift/protocol/ids";

/** What the name of a stream of metadata begins with, as in the official server. */
const META = "$$";
/** What the names of the server's own streams begin with. */
const SYSTEM = "$";

export function isMetastream(stream: string): boolean {
  return stream.startsWith(META);
}

export function metastreamOf(stream: string): string {
  return META + stream;
}

/** The stream that a stream of metadata is about; any other is about itself. */
export function subjectOf(stream: string): string {
  return isMetastream(stream) ? stream.slice(META.length) : stream;
}

/** Whether a stream, or the one that it is about, has a name as Night Shift's own have. */
export function isHouse(stream: string): boolean {
  return kindOf(subjectOf(stream)) !== undefined;
}

/** Whether a stream may be kept for others: not the house's, nor the server's. */
export function isForeign(stream: string): boolean {
  const subject = subjectOf(stream);
  return subject !== "" && !isHouse(stream) && !subject.startsWith(SYSTEM);
}

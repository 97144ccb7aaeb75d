import { DocketError } from '@docket/contracts';

export interface ObjectPlace {
  readonly bucket: string;
  readonly name: string;
}

const URI = /^store:\/\/([a-z0-9][a-z0-9-]{1,62})\/([A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*)$/;

/** Reads a store URI strictly: no empty, `.` or `..` segment can leave its bucket. Throws DOCKET_OBJECT_URI. */
export function parseObjectUri(uri: string): ObjectPlace {
  const match = URI.exec(uri);
  const bucket = match?.[1];
  const name = match?.[2];
  if (bucket === undefined || name === undefined || name.split('/').some((segment) => /^\.+$/.test(segment))) {
    throw new DocketError('DOCKET_OBJECT_URI', 'the URI is not of the form store://bucket/name', { kind: 'quarantine' });
  }
  return { bucket, name };
}

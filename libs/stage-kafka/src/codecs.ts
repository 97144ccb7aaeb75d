import { promisify } from 'node:util';
import { gunzip, gzip as deflate, zstdCompress, zstdDecompress } from 'node:zlib';
import kafkajs from 'kafkajs';
import { compressFrame, decompressFrame } from 'lz4-napi';
import { compress, uncompress } from 'snappy';

interface Encoder {
  readonly buffer: Buffer;
}

interface Codec {
  compress(encoder: Encoder): Promise<Buffer>;
  decompress(buffer: Buffer): Promise<Buffer>;
}

/** A batch of half a MiB that unfolds to more than this was made to exhaust memory. LZ4 and Snappy cannot reach it by far: 255 and 21 to 1. */
const MAX_BATCH_BYTES = 128 * 1024 * 1024;

/** Java's SnappyOutputStream wraps its blocks: magic, two version numbers, then length and block. Others write one bare block. */
const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER_BYTES = 16;

const snappy: Codec = {
  compress: ({ buffer }) => compress(buffer),
  decompress: async (buffer) => {
    if (!buffer.subarray(0, XERIAL.length).equals(XERIAL)) return asBuffer(await uncompress(buffer));
    const blocks: Buffer[] = [];
    for (let at = XERIAL_HEADER_BYTES; at < buffer.length; ) {
      const length = buffer.readUInt32BE(at);
      blocks.push(asBuffer(await uncompress(buffer.subarray(at + 4, at + 4 + length))));
      at += 4 + length;
    }
    return Buffer.concat(blocks);
  },
};

const lz4: Codec = {
  compress: ({ buffer }) => compressFrame(buffer),
  decompress: (buffer) => decompressFrame(buffer),
};

const zstd: Codec = {
  compress: ({ buffer }) => promisify(zstdCompress)(buffer),
  decompress: (buffer) => promisify(zstdDecompress)(buffer, { maxOutputLength: MAX_BATCH_BYTES }),
};

/** kafkajs has one of its own, which knows no bound. */
const gzip: Codec = {
  compress: ({ buffer }) => promisify(deflate)(buffer),
  decompress: (buffer) => promisify(gunzip)(buffer, { maxOutputLength: MAX_BATCH_BYTES }),
};

/**
 * Teaches kafkajs the codecs that it lacks: without them one batch that an upstream client compressed with Snappy,
 * LZ4 or ZSTD would stop its partition for good. To be called before any client is made; repeating it is harmless.
 */
export function registerCodecs(): void {
  const { CompressionCodecs, CompressionTypes } = kafkajs;
  CompressionCodecs[CompressionTypes.GZIP] = () => gzip;
  CompressionCodecs[CompressionTypes.Snappy] = () => snappy;
  CompressionCodecs[CompressionTypes.LZ4] = () => lz4;
  CompressionCodecs[CompressionTypes.ZSTD] = () => zstd;
}

function asBuffer(data: string | Buffer): Buffer {
  return typeof data === 'string' ? Buffer.from(data) : data;
}

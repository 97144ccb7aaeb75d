import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createWorker, OEM, PSM } from 'tesseract.js';
import type { PageImage } from './pages.js';
import { readWords } from './tesseract-words.js';
import { Unreadable } from './unreadable.js';

export interface RecognisedText {
  readonly text: string;
  readonly words: number;
  /** Mean word confidence, 0 to 100; 0 where there are no words. */
  readonly confidence: number;
}

export interface Tesseract {
  /** One call at a time. Throws Unreadable where the image cannot be decoded. */
  recognise(image: PageImage): Promise<RecognisedText>;
}

const LANGUAGE = 'eng';

/** Loads the engine and its language data from installed packages; nothing is downloaded and nothing cached on disk. */
export async function startTesseract(): Promise<Tesseract> {
  const data = dirname(createRequire(import.meta.url).resolve(`@tesseract.js-data/${LANGUAGE}/package.json`));
  const worker = await createWorker(LANGUAGE, OEM.LSTM_ONLY, {
    langPath: join(data, '4.0.0_best_int'),
    cacheMethod: 'none',
    // Without a handler tesseract.js throws every failure once more, outside any promise. The promise has it already.
    errorHandler: () => undefined,
  });
  await worker.setParameters({ tessedit_pageseg_mode: PSM.AUTO });
  return {
    recognise: async ({ bytes, dpi }) => {
      // Wider than declared: parameters of Tesseract itself may stand among the options.
      const options: object = dpi === undefined ? {} : { user_defined_dpi: String(dpi) };
      try {
        const { data } = await worker.recognize(bytes, options, { text: true, tsv: true });
        return { text: data.text, ...readWords(data.tsv ?? '') };
      } catch (error) {
        if (String(error).includes('Error attempting to read image')) throw new Unreadable('corrupt', error);
        throw error;
      }
    },
  };
}

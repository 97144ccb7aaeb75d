import { AnswerWindow } from './answer-window.js';
import type { InputEnd, LineInput } from './line-input.js';
import type { Line } from './line-splitter.js';

export interface Answers {
  /** Does the work of a line; resolves with its result and never rejects. */
  line(line: Line): Promise<object>;
  /** Result of the line at which the stream was ended before its end. */
  endedEarly(line: number, why: Exclude<InputEnd, 'body' | 'gone'>): object;
}

/**
 * One line of results for each line of the body, in the same order, while the body is still being read. A bounded number
 * is under way; nothing more is read while that is full, or while nobody takes the results.
 */
export async function* answerLines(input: LineInput, answers: Answers): AsyncGenerator<string, void, undefined> {
  const window = new AnswerWindow((line) => answers.line(line));
  input.owes = () => !window.empty;
  try {
    for (;;) {
      for (let line = input.next; line !== undefined && window.hasRoom(line); line = input.next) {
        window.start(line);
        input.shift();
      }
      const text = window.take();
      if (text !== '') yield text;
      else if (input.end !== undefined && window.empty) break;
      else await Promise.race([window.ready, input.next === undefined && input.end === undefined ? input.read() : undefined].filter((wait) => wait !== undefined));
    }
    const { end } = input;
    if (end === 'slow' || end === 'closing') yield `${JSON.stringify(answers.endedEarly(input.openLine, end))}\n`;
  } finally {
    input.stop();
  }
}

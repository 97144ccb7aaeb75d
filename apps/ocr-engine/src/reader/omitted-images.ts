export interface OmittedImages {
  readonly seen: boolean;
  clear(): void;
}

/**
 * pdf.js leaves an image above its size limit out of the page and says so on the console only. Such a page must fail,
 * not pass for a page without that image. Takes over this thread's console.warn for good; what it would print may quote
 * the document and goes nowhere.
 */
export function watchOmittedImages(): OmittedImages {
  let seen = false;
  console.warn = (message: unknown) => {
    if (String(message).includes('Image exceeded maximum allowed size')) seen = true;
  };
  return {
    get seen() {
      return seen;
    },
    clear: () => {
      seen = false;
    },
  };
}

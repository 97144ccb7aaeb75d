import { describe, expect, it } from 'vitest';
import { CoverageGrid } from './coverage-grid.js';
import type { Matrix } from './matrix.js';

const shareOf = (...images: Matrix[]) => {
  const grid = new CoverageGrid([100, 100, 700, 900]);
  for (const image of images) grid.add(image);
  return grid.share();
};

describe('CoverageGrid', () => {
  it('measures images on the page, in whatever direction they are drawn', () => {
    expect(shareOf([600, 0, 0, 800, 100, 100])).toBe(1);
    expect(shareOf([600, 0, 0, -800, 100, 900])).toBe(1);
    expect(shareOf([0, 800, -600, 0, 700, 100])).toBe(1);
    expect(shareOf([300, 0, 0, 800, 100, 100])).toBeCloseTo(0.5, 2);
    expect(shareOf([600, 0, 0, 800, 400, 500])).toBeCloseTo(0.25, 2);
  });

  it('measures a turned image by its own edges', () => {
    expect(shareOf([300, 400, -300, 400, 400, 100])).toBeCloseTo(0.5, 1);
  });

  it('counts overlaps once, and nothing outside the page or without area', () => {
    expect(shareOf([300, 0, 0, 800, 100, 100], [300, 0, 0, 800, 100, 100])).toBeCloseTo(0.5, 2);
    expect(shareOf([50, 0, 0, 50, 0, 0], [600, 0, 0, 0, 100, 100], [9e9, 0, 0, 1, 0, 2_000])).toBe(0);
  });
});

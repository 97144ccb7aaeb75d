import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OffsetOrder } from './offset-order.js';

/** Whatever comes and goes, the slots stand by rising offset. */
describe('OffsetOrder', () => {
  it('agrees with a sorted list', () => {
    const step = fc.record({ add: fc.boolean(), offset: fc.nat(300), pick: fc.nat() });
    fc.assert(fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const order = new OffsetOrder();
      const model: { offset: number; slot: number }[] = [];
      steps.forEach(({ add, offset, pick }, slot) => {
        if (add || model.length === 0) {
          order.add(offset, slot);
          model.push({ offset, slot });
          model.sort((a, b) => a.offset - b.offset);
        } else {
          for (const gone of model.splice(pick % model.length, 1)) order.remove(gone.offset, gone.slot);
        }
        expect(order.size).toBe(model.length);
        if (model.length > 0) expect(order.first).toBe(model[0]?.slot);
      });
      expect([...order]).toEqual(model.map(({ slot }) => slot));
    }));
  });
});

import assert from 'node:assert/strict';
import { emptyView, type BatteryView } from '../../../../lib/core/batteries/battery-view';
import { layoutOf } from '../../../../lib/core/batteries/layout';
import { layoutFindings } from '../../../../lib/core/batteries/layout-check';
import { wordsIn } from '../../../../nodes/shared/words/site-words';

describe('the check of the layout of a battery', () => {
    const view = (told: Partial<BatteryView> = {}): BatteryView => ({
        ...emptyView(),
        at: 1,
        layout: layoutOf(6, 2),
        blocks: { voltage: new Float64Array(6).fill(13.5), temperature: new Float64Array(6).fill(NaN) },
        ...told,
    });
    const said = (told: Partial<BatteryView>) =>
        layoutFindings(view(told)).map(({ code, sentence }) => `${code}: ${wordsIn('en-US').text(sentence)}`);

    it('finds nothing in a battery that is well', () => {
        assert.deepEqual(layoutFindings(view()), []);
    });

    it('says that nothing was read', () => {
        assert.deepEqual(
            layoutFindings(emptyView()).map(({ code, fault }) => [code, fault]),
            [['unread', true]],
        );
    });

    it('names modules that are missing: by the card, or because they tell no value', () => {
        const voltage = Float64Array.from([13.5, NaN, 13.5, 13.5, 13.5, 13.5]);
        const told = { blocks: { voltage }, modules: new Map([['module-lost', [5, 6]]]) };
        assert.deepEqual(said(told), [
            'missing: blocks 2, 5-6 tell no value: their modules have lost their numbers, a cable or the supply',
        ]);
        assert.deepEqual(layoutFindings(view(told))[0]!.modules, [2, 5, 6]);
    });

    it('tells counts that contradict the settings, strings of different lengths and another firmware', () => {
        assert.match(
            said({ problem: { kind: 'modules', told: 5, expected: 6 } })[0]!,
            /tells 5 blocks, the settings say 6/,
        );
        assert.match(
            said({ problem: { kind: 'layout', modules: 7, strings: 2 } })[0]!,
            /^uneven: 7 blocks cannot be divided equally among 2 strings/,
        );
        const states = new Set(['module-revision']);
        assert.match(said({ states })[0]!, /^revision: a module has another firmware than module 1/);
        const modules = new Map([['module-revision', [4]]]);
        assert.match(said({ states, modules })[0]!, /^revision: module 4 has another firmware/);
    });

    it('is no fault while modules are being numbered', () => {
        const [finding] = layoutFindings(view({ states: new Set(['addressing']) }));
        assert.deepEqual([finding!.code, finding!.fault], ['addressing', false]);
    });
});

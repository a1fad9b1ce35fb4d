import assert from 'node:assert/strict';
import { blocksOf, stepTo, type Block } from '../ui/pages/battery/blocks';
import type { RankedBlock } from '../../../lib/door';
import { Formats } from '../ui/lib/formats';
import { decodeCurves, envelopeOf, readingAt } from '../ui/pages/battery/discharge-curves';
import { notesOf, replaceBy } from '../ui/pages/battery/health';
import { heatGrid, spanOf } from '../ui/pages/battery/heat-grid';
import { limitTexts, type LimitsTold } from '../ui/pages/battery/limits';
import { placeOn, scaleOf } from '../ui/pages/battery/scale';
import { sorted, sortingOf, sortingText } from '../ui/pages/battery/sorting';
import { windowOf } from '../ui/pages/battery/windowed';

const battery = { modules: 6, perString: 3, levels: { 2: 'alarm' as const }, silent: false };
const voltage = { unit: 'V', values: { 1: 13.5, 2: 10.2, 3: 13.4, 4: 13.6, 6: 13.5 } };
const numbers = (blocks: readonly Block[]) => blocks.map(({ module }) => module);

describe('the blocks of a battery on its page', () => {
    it('have their string, state and values; what nobody told is absent, and no block of a silent battery is OK', () => {
        const blocks = blocksOf(battery, { voltage });
        assert.deepEqual(
            blocks.map(({ module, string, state, values }) => [module, string, state, values.voltage]),
            [
                [1, 1, 'ok', 13.5],
                [2, 1, 'alarm', 10.2],
                [3, 1, 'ok', 13.4],
                [4, 2, 'ok', 13.6],
                [5, 2, 'starting', undefined],
                [6, 2, 'ok', 13.5],
            ],
        );
        const silent = blocksOf({ ...battery, silent: true }, { voltage });
        assert.deepEqual([silent[0]?.state, silent[1]?.state], ['lost', 'alarm']);
    });

    it('are sorted both ways, unknown ones last, and the address says how', () => {
        const blocks = blocksOf(battery, { voltage });
        assert.deepEqual(numbers(sorted(blocks, sortingOf('voltage'))), [2, 3, 1, 6, 4, 5]);
        assert.deepEqual(numbers(sorted(blocks, sortingOf('-voltage'))), [4, 1, 6, 3, 2, 5]);
        assert.deepEqual(numbers(sorted(blocks, sortingOf('state'))).slice(0, 2), [2, 5]);
        assert.deepEqual(sortingOf('__proto__'), { by: 'module', descending: false });
        assert.equal(sortingText({ by: 'module', descending: false }), undefined);
        assert.equal(sortingText(sortingOf('-charge')), '-charge');
    });

    it('are reached by keys: beside each other, and at the same place of the next string', () => {
        assert.deepEqual(
            ['ArrowLeft', 'ArrowRight', 'ArrowDown', 'ArrowUp', 'Home', 'End', 'PageDown', 'Tab'].map((key) =>
                stepTo(key, 2, battery),
            ),
            [1, 3, 5, 2, 1, 3, 6, undefined],
        );
    });

    it('have one scale, in which the limits lie, and no far one makes the others flat', () => {
        const limits = [
            { level: 'alarm', side: 'low', value: 10.8 },
            { level: 'alarm', side: 'high', value: 14.8 },
        ] as const;
        const scale = scaleOf('voltage', [13.5, 13.4, 2, 13.6], limits);
        assert.ok(scale.from > 8 && scale.from < 10.8 && scale.to > 14.8, JSON.stringify(scale));
        assert.equal(placeOn(scale, 2), 0);
        assert.ok(placeOn(scale, 13.6) > placeOn(scale, 13.4));
        // Without limits, blocks that are alike look alike.
        const plain = scaleOf('voltage', [13.5, 13.51, 13.52], []);
        assert.ok(placeOn(plain, 13.52) - placeOn(plain, 13.5) < 0.1);
        assert.deepEqual(scaleOf('charge', [], []), { from: 0, to: 100 });
    });

    it('of which there are many, are drawn as far as they are seen', () => {
        const { from, to, before, after } = windowOf(512, 32, 3200, 640);
        assert.ok(from <= 100 && from >= 80 && to >= 120 && to <= 140);
        assert.deepEqual([before, after], [from * 32, (512 - to) * 32]);
        assert.deepEqual(windowOf(0, 32, 0, 640), { from: 0, to: 0, before: 0, after: 0 });
    });
});

describe('the limits of a battery on its page', () => {
    const say = (key: string, data: object = {}) =>
        [key.replace('battery.limits.', ''), ...Object.values(data)].join(' ').replace(/\s/g, ' ');
    const page = { say, formats: new Formats('en-GB', 'UTC') };
    const told = {
        nominalVoltage: 12,
        limits: {
            voltage: [
                { level: 'warning', side: 'low', value: 10.8 },
                { level: 'warning', side: 'high', value: 14.4 },
                { level: 'alarm', side: 'low', value: 10.2 },
                { level: 'alarm', side: 'high', value: 14.8 },
            ],
            temperature: [{ level: 'alarm', side: 'high', value: 36 }],
        },
        voltageDifference: 0.2,
    } as const satisfies LimitsTold;

    it('stand as text from the lowest to the highest, in the unit of the site', () => {
        assert.deepEqual(limitTexts(page, told, 'voltage', undefined), [
            'alarmLow 10.2 V',
            'warningLow 10.8 V',
            'warningHigh 14.4 V',
            'alarmHigh 14.8 V',
            'difference 0.2 V',
        ]);
        assert.deepEqual(limitTexts(page, told, 'temperature', { temperatureUnit: 'F' }), ['alarmHigh 96.8 °F']);
        assert.deepEqual(limitTexts(page, told, 'equalizing', undefined), []);
    });
});

describe('the heat map of a battery', () => {
    it('holds a value until the next one, and nothing over a gap', () => {
        const table = {
            ...{ owner: 'room', tier: 'fine' as const, gapMs: 150, times: [0, 100, 600] },
            columns: [{ owner: 'room', quantity: 'voltage.2', unit: 'V', kind: 'number' as const, mean: [1, null, 3] }],
        };
        const { cells } = heatGrid([table], { from: 0, to: 1000 }, 10, 2);
        assert.ok(cells.slice(0, 10).every(Number.isNaN), 'of block 1 nothing is known');
        const shown = Array.from(cells.slice(10), (value) => (Number.isNaN(value) ? '-' : value));
        assert.deepEqual(shown, [1, '-', '-', '-', '-', '-', 3, 3, '-', '-']);
    });

    it('has a span of colours that one fault does not take for itself', () => {
        const cells = Float64Array.from({ length: 1000 }, (_, index) => (index === 0 ? 2 : 13 + index / 1000));
        const { from, to } = spanOf(cells)!;
        assert.ok(from > 12.9 && to < 14.1, `${from} … ${to}`);
        assert.equal(spanOf(new Float64Array(4).fill(NaN)), undefined);
    });
});

describe('the curves of a discharge', () => {
    it('are read as they were sent, with what is not known', () => {
        const record = { id: 'r', onset: 1000 };
        const header = new TextEncoder().encode(
            JSON.stringify({ record, count: 2, columns: { voltage: 2, temperature: 0, current: 1 } }),
        );
        const start = Math.ceil((4 + header.length) / 8) * 8;
        const bytes = new ArrayBuffer(start + 2 * 8 + 3 * 2 * 4);
        new DataView(bytes).setUint32(0, header.length, true);
        new Uint8Array(bytes, 4, header.length).set(header);
        new Float64Array(bytes, start, 2).set([-500, 5000]);
        new Float32Array(bytes, start + 16, 6).set([13.5, 12, NaN, 11.5, 0, -40]);
        const { atMs, voltage: planes, current } = decodeCurves(bytes);
        assert.deepEqual([...atMs], [-500, 5000]);
        assert.deepEqual([planes.length, ...current[0]!], [2, 0, -40]);
        assert.deepEqual(envelopeOf(planes, 2), { low: [13.5, 11.5], mean: [13.5, 11.75], high: [13.5, 12] });
        assert.deepEqual(
            [-1000, -500, 0, 5000, 9000].map((ms) => readingAt(atMs, ms)),
            [0, 0, 0, 1, 1],
        );
    });
});

describe('the health of a battery on its page', () => {
    const say = (key: string, data: object = {}) => [key, ...Object.values(data)].join(' ');
    const page = { say, formats: new Formats('en-GB', 'UTC') };
    const at = (day: string) => Date.parse(`${day}T10:00:00Z`);

    it('tells dates as a range, and where there is not enough data', () => {
        const by = (replace?: RankedBlock['replace']) => replaceBy(page, replace ? { replace } : {});
        const [earliest, latest] = [at('2026-12-03'), at('2027-01-12')];
        assert.equal(
            by({ when: 'by-date', text: '', earliest, latest }),
            'battery.health.between 3 Dec 2026 12 Jan 2027',
        );
        assert.equal(by({ when: 'by-date', text: '', earliest }), 'battery.health.after 3 Dec 2026');
        assert.equal(by({ when: 'soon', text: '' }), 'battery.health.noDate');
        assert.deepEqual([by({ when: 'now', text: '' }), by()], [undefined, undefined]);
    });

    it('tells what is written down of a block, and what is not as unknown', () => {
        const inventory = { columns: ['Maker', 'Row'], blocks: [null, { notes: ['', '3'], replacedOn: '2026-01-10' }] };
        assert.deepEqual(notesOf(page, inventory, 2), [
            { name: 'battery.inventory.replacedOn', text: '10 Jan 2026' },
            { name: 'Maker', text: undefined },
            { name: 'Row', text: '3' },
        ]);
        assert.deepEqual(
            notesOf(page, inventory, 1)?.map(({ text }) => text),
            [undefined, undefined, undefined],
        );
        assert.equal(notesOf(page, { columns: [], blocks: [] }, 2), undefined);
        assert.equal(notesOf(page, undefined, 2), undefined);
    });
});

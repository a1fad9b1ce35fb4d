import assert from 'node:assert/strict';
import { binaryTable } from '../../../nodes/shared/api/series-binary';
import type { Found } from '../../../lib/store/series/table';
import { tableRows } from '../ui/pages/data/table-rows';
import { align, decodeTable, lonely, valueAt, withRecording, type Table } from '../ui/pages/data/tables';

const MINUTE = 60_000;

function table(owner: string, times: number[], mean: (number | null)[], gapMs = 90_000): Table {
    return {
        owner,
        tier: 'fine',
        times,
        gapMs,
        columns: [{ owner, quantity: 'charge', unit: '%', kind: 'number', mean }],
    };
}

describe('values for charts', () => {
    it('are read from the answer of the server, and unknown stays unknown', async () => {
        const series = (own: Partial<Found['columns'][number]['series']>) => own as Found['columns'][number]['series'];
        const found: Found = {
            tier: 'quarter',
            together: 1,
            times: Float64Array.of(1, 61, 121),
            known: Int32Array.of(0, 1, 2),
            columns: [
                {
                    series: series({ quantity: 'charge', unit: '%', kind: 'number', decimals: 1 }),
                    spans: { mean: Float64Array.of(500, NaN, 0), min: Float64Array.of(400, NaN, 0) },
                },
                {
                    series: series({
                        quantity: 'outputSource',
                        unit: '',
                        kind: 'state',
                        decimals: 0,
                        states: ['normal', 'battery'],
                    }),
                    spans: { mean: Float64Array.of(0, 1, 0) },
                },
            ],
        };
        const bytes = Uint8Array.from(await binaryTable('u1', found));
        assert.deepEqual(decodeTable(bytes.buffer), {
            owner: 'u1',
            tier: 'quarter',
            // One and a half quarters of an hour.
            gapMs: 1_350_000,
            times: [1000, 61_000, 121_000],
            columns: [
                { owner: 'u1', quantity: 'charge', unit: '%', kind: 'number', mean: [50, null, 0], min: [40, null, 0] },
                {
                    owner: 'u1',
                    quantity: 'outputSource',
                    unit: '',
                    kind: 'state',
                    states: ['normal', 'battery'],
                    mean: [0, 1, 0],
                },
            ],
        });
    });

    it('have nothing where nothing was measured, so that no line goes over a gap', () => {
        const { times, measured, columns } = align([table('u1', [0, MINUTE, 10 * MINUTE], [1, 2, 3])]);
        assert.deepEqual(times, [0, MINUTE, 5.5 * MINUTE, 10 * MINUTE]);
        assert.deepEqual(columns[0]!.mean, [1, 2, null, 3]);
        assert.deepEqual(measured, [true, true, false, true]);
    });

    it('of several UPSs stand on the times of all: the line of one goes on where only another was measured', () => {
        const { times, columns } = align([
            table('u1', [0, MINUTE], [1, 2]),
            table('u2', [MINUTE / 2, MINUTE], [null, 4]),
        ]);
        assert.deepEqual(times, [0, MINUTE / 2, MINUTE]);
        assert.deepEqual(
            columns.map(({ owner, mean }) => [owner, mean]),
            [
                ['u1', [1, undefined, 2]],
                ['u2', [undefined, null, 4]],
            ],
        );
        assert.equal(valueAt(columns[0]!.mean, 1), 1);
        assert.equal(valueAt(columns[1]!.mean, 1), undefined);
        assert.equal(valueAt(columns[1]!.mean, 0), undefined);
    });

    it('of an outage are as close as they were recorded, and the samples around it stay', () => {
        const samples = table('u1', [0, MINUTE, 2 * MINUTE], [100, 90, 80]);
        const recording = table('u1', [MINUTE, MINUTE + 1000, MINUTE + 2000], [91, null, 89]);
        const { times, columns } = withRecording(samples, recording);
        assert.deepEqual(times, [0, MINUTE, MINUTE + 1000, MINUTE + 2000, 2 * MINUTE]);
        assert.deepEqual(columns[0]!.mean, [100, 91, null, 89, 80]);
        assert.equal(withRecording(samples, table('u1', [], [])), samples);
    });

    it('stop where a close recording has a gap, though samples are further apart', () => {
        const samples = table('u1', [0, 3 * MINUTE, 6 * MINUTE], [100, 40, 30], 8 * MINUTE);
        const recording = table('u1', [MINUTE, MINUTE + 1000, 5 * MINUTE, 5 * MINUTE + 1000], [90, 89, 30, 30], 15_000);
        // 3 min is a sample: between it and the recording nobody knows of a silence.
        const sampled = align([withRecording(samples, recording)]);
        assert.ok(!sampled.columns[0]!.mean.includes(null));
        const silent = align([withRecording(table('u1', [0, 6 * MINUTE], [100, 30], 8 * MINUTE), recording)]);
        assert.deepEqual(silent.columns[0]!.mean, [100, 90, 89, null, 30, 30, 30]);
        assert.equal(tableRows(silent, { from: 0, to: 6 * MINUTE }).rows.length, 6);
    });

    it('of states keep their names, though a recording counts them anew', () => {
        const state = (times: number[], mean: number[], states: string[]): Table => ({
            ...table('u1', times, []),
            columns: [{ owner: 'u1', quantity: 'outputSource', unit: '', kind: 'state', states, mean }],
        });
        const [column] = withRecording(
            state([0], [0], ['normal']),
            state([1, 2], [0, 1], ['battery', 'normal']),
        ).columns;
        assert.deepEqual(
            column!.mean.map((code) => column!.states![code!]),
            ['normal', 'battery', 'normal'],
        );
    });

    it('that stand alone are found, because no line would show them', () => {
        assert.deepEqual(lonely([1, null, 2, null, 3, 4], 0, 5), [0, 2]);
        assert.deepEqual(lonely([null, 5, undefined, null], 0, 3), [1]);
        assert.deepEqual(lonely([1, undefined, 2], 0, 2), []);
        assert.deepEqual(lonely([null, 7], 0, 1), [1]);
    });

    it('are rows of a table, the newest first, without the middle of a gap, and it says how many are left', () => {
        const aligned = align([table('u1', [0, MINUTE, 10 * MINUTE, 11 * MINUTE], [1, null, 3, 4])]);
        assert.deepEqual(tableRows(aligned, { from: 0, to: 10 * MINUTE }), {
            rows: [
                { at: 10 * MINUTE, values: [3] },
                { at: MINUTE, values: [undefined] },
                { at: 0, values: [1] },
            ],
            left: 0,
        });
        const { rows, left } = tableRows(aligned, { from: 0, to: 11 * MINUTE }, 1);
        assert.deepEqual([rows.map(({ at }) => at), left], [[11 * MINUTE], 3]);
    });
});

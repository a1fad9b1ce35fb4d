import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { decode } from '../../../../lib/protocols/nut/decode';
import { readDump } from '../../../support/nut-dump';

const FOLDER = join(__dirname, '../../../../../shared/recordings/nut');

/** Every number and every text of a status, by its path. */
function leaves(value: unknown, path: string): [string, unknown][] {
    if (value === null || typeof value !== 'object') return [[path, value]];
    return Object.entries(value).flatMap(([key, each]) => leaves(each, path ? `${path}.${key}` : key));
}

/** What is ours by meaning, not by number: the words of UpsStatus that stand for flags. */
const MEANINGS =
    /^(time|battery\.(state|condition|charging)|output\.source|test\.result|alarms\.|outlets\.\d+\.(on|id)$|environment\.contacts)/;

describe('every dump of a real UPS from NUT', function () {
    if (!existsSync(FOLDER)) {
        it('is not here: the recordings lie outside the project', function () {
            this.skip();
        });
        return;
    }
    const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.dev'));

    it('is there', () => assert.ok(files.length > 300, `${files.length}`));

    for (const file of files) {
        it(basename(file, '.dev'), () => {
            const { variables, writable } = readDump(readFileSync(join(FOLDER, file), 'utf8'));
            const status = decode(variables, writable, 1);
            const texts = new Set([...variables.values()].map((text) => text.trim()));
            const numbers = new Set([...texts].map(Number));
            for (const [path, value] of leaves(status, '')) {
                assert.notEqual(value, undefined, path);
                if (MEANINGS.test(path)) continue;
                if (path === 'battery.minutesRemaining' || path === 'battery.lowMinutes') {
                    assert.ok(numbers.has(Number(((value as number) * 60).toFixed(6))), `${path} ${String(value)}`);
                } else if (typeof value === 'number') assert.ok(numbers.has(value), `${path} ${value}`);
                else assert.ok(texts.has(String(value)), `${path} ${String(value)}`);
            }
            checkMeanings(variables, status);
        });
    }

    function checkMeanings(variables: Map<string, string>, status: ReturnType<typeof decode>): void {
        const told = (name: string) => Number(variables.get(name)?.trim() || NaN);
        const charge = told('battery.charge');
        assert.equal(status.battery?.chargePercent, charge >= 0 && charge <= 100 ? charge : undefined);
        const runtime = told('battery.runtime');
        const noRuntime =
            Number.isNaN(runtime) ||
            [65535, 65535 * 60].includes(runtime) ||
            runtime < 0 ||
            (runtime === 0 && /^OL\b(?!.*(LB|DISCHRG))/.test(variables.get('ups.status') ?? ''));
        assert.equal(status.battery?.minutesRemaining, noRuntime ? undefined : runtime / 60);
        const flags = (variables.get('ups.status') ?? '').split(/\s+/).filter(Boolean);
        assert.equal(status.alarms?.includes('on-battery') ?? false, flags.includes('OB'));
        assert.equal(status.battery?.state === 'low', flags.includes('LB'));
        assert.equal(
            status.output?.source === undefined,
            !flags.some((flag) => /^(OL|OB|OFF|BYPASS|TRIM|BOOST)$/.test(flag)),
        );
        assert.equal(status.alarms === undefined, flags.length === 0);
        for (const line of [...status.input!.lines, ...status.output!.lines, ...status.bypass!.lines]) {
            assert.ok((line.voltage ?? 0) <= 1000 && (line.frequency ?? 0) <= 400 && (line.current ?? 0) < 5000);
        }
        assert.ok(![255, 65535].includes(status.battery?.temperature ?? 0));
        assert.equal(status.battery?.installedOn, undefined, 'no dump has a date of its battery');
    }
});

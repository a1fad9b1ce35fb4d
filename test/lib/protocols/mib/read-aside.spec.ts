import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { SystemClock } from '../../../../lib/core/clock';
import type { UpsError } from '../../../../lib/core/errors';
import { MOST_MIB_BYTES } from '../../../../lib/protocols/mib/mib-file';
import { readMib } from '../../../../lib/protocols/mib/objects';
import { readMibAside } from '../../../../lib/protocols/mib/read-aside';
import { FakeClock } from '../../../support/fake-clock';
import { errorInEnglish } from '../../../support/in-english';

const HEAD = 'T DEFINITIONS ::= BEGIN\nIMPORTS enterprises, OBJECT-TYPE FROM SNMPv2-SMI;\n';
const object = (at: number) =>
    `o${at} OBJECT-TYPE SYNTAX INTEGER { a(1), b(2) } MAX-ACCESS read-only STATUS current DESCRIPTION "x" ::= { enterprises 9 ${at} }\n`;
const file = (count: number) =>
    Buffer.from(`${HEAD}${Array.from({ length: count }, (_, at) => object(at + 1)).join('')}END\n`);

describe('A MIB file that is read in a thread of its own', function () {
    this.timeout(120_000);
    const clock = new SystemClock(1);

    it('has the same objects', async () => {
        const bytes = file(20);
        assert.deepEqual(JSON.parse(await readMibAside(bytes, clock)), readMib(bytes));
    });

    it('is refused by the same names', async () => {
        for (const bytes of [
            Buffer.from(''),
            Buffer.from('<html>'),
            Buffer.from(`${HEAD}x OBJECT-TYPE\nEND\n`),
            Buffer.alloc(MOST_MIB_BYTES + 10, 'x'),
        ]) {
            let refusal: UpsError | undefined;
            assert.throws(
                () => readMib(bytes),
                (error: UpsError) => ((refusal = error), true),
            );
            await assert.rejects(readMibAside(bytes, clock), (error: UpsError) => {
                assert.deepEqual([error.code, error.data], [refusal!.code, refusal!.data]);
                return true;
            });
        }
    });

    it('does not hold up the program, however large', async () => {
        const bytes = file(4000);
        const before = performance.eventLoopUtilization();
        const read = await readMibAside(bytes, clock);
        // Read here, it would have no moment for anything else: 1.
        const { utilization } = performance.eventLoopUtilization(before);
        assert.equal((JSON.parse(read) as unknown[]).length, 4000);
        assert.ok(utilization < 0.5, `${utilization}`);
    });

    it('ends with its time limit', async () => {
        const fake = new FakeClock();
        const slow = assert.rejects(readMibAside(file(4000), fake), (error: UpsError) => {
            assert.match(errorInEnglish(error), /takes more than 60 s/);
            return true;
        });
        await new Promise((resolve) => setImmediate(resolve));
        await fake.advance(60_000);
        await slow;
        assert.equal(fake.pending, 0);
        assert.equal((JSON.parse(await readMibAside(file(1), clock)) as unknown[]).length, 1, 'the next one is read');
    });
});

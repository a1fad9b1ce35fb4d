import assert from 'node:assert/strict';
import type { DriverEvents, DriverMemory, UpsDriver } from '../../../../lib/core/driver';
import type { PartialStatus } from '../../../../lib/core/status/status';
import { SupplyDriver } from '../../../../lib/protocols/duracomm/supply-driver';
import { FACTORY_LIMITS, SupplyRule } from '../../../../lib/protocols/duracomm/supply-rule';

/** What a journal keeps, as JSON. */
class Kept implements DriverMemory {
    writes = 0;
    constructor(private text = 'null') {}
    get = () => JSON.parse(this.text) as unknown;
    keep = (value: unknown) => {
        this.text = JSON.stringify(value);
        this.writes++;
    };
}

/** A process with a driver that is given its readings. */
function start(memory: DriverMemory | undefined) {
    let within!: DriverEvents;
    const inner = { start: (events: DriverEvents) => (within = events) } as unknown as UpsDriver;
    const readings: PartialStatus[] = [];
    new SupplyDriver(inner, new SupplyRule(FACTORY_LIMITS), false).start({
        memory,
        status: (reading) => readings.push(reading),
        state: () => {},
    });
    return {
        inner: within.memory,
        read(ac: number, battery = 13): PartialStatus {
            within.status({ input: { lines: [{ voltage: ac }] }, battery: { voltage: battery } });
            return readings.at(-1)!;
        },
    };
}

describe('A DC supply after a restart', () => {
    it('in an outage, with its AC line between the two limits, is still in the outage', () => {
        const memory = new Kept();
        start(memory).read(3);
        const again = start(memory);
        assert.equal(again.read(103).output?.source, 'battery');
        assert.deepEqual(again.read(103).alarms, ['on-battery']);
        assert.equal(again.read(107).output?.source, 'normal');
        assert.equal(start(memory).read(103).output?.source, 'normal');
    });

    it('keeps that its battery is empty, too', () => {
        const memory = new Kept();
        start(memory).read(3, 10);
        assert.equal(start(memory).read(3, 11).battery?.state, 'depleted');
    });

    it('is not known between the limits if nothing was ever known, or nothing is kept', () => {
        assert.equal(start(new Kept()).read(103).output, undefined);
        assert.equal(start(undefined).read(103).output, undefined);
    });

    it('is written only when it changes', () => {
        const memory = new Kept();
        const { read } = start(memory);
        for (const ac of [116, 117, 103, 116, 90, 80, 103]) read(ac);
        assert.equal(memory.writes, 2);
    });

    it('leaves the driver within its memory, also one of an older version', () => {
        const memory = new Kept('{"position":7}');
        const first = start(memory);
        assert.deepEqual(first.inner?.get(), { position: 7 });
        first.read(3);
        first.inner?.keep({ position: 8 });
        const second = start(memory);
        assert.deepEqual(second.inner?.get(), { position: 8 });
        assert.equal(second.read(103).output?.source, 'battery');
        assert.deepEqual(start(new Kept('{"supply":5}')).inner?.get(), { supply: 5 });
    });
});

import assert from 'node:assert/strict';
import { UpsError } from '../../../../lib/core/errors';
import { AuxModule, powerUpOf, type PowerUp } from '../../../../lib/protocols/aux/aux-module';
import type { AuxBackend } from '../../../../lib/protocols/aux/backend';
import { MemoryBackend } from '../../../../lib/protocols/aux/memory-backend';
import type { AuxPort } from '../../../../lib/protocols/aux/ports';
import { FakeClock } from '../../../support/fake-clock';
import { allInEnglish } from '../../../support/in-english';

const PORTS: AuxPort[] = [
    { name: 'Fan', output: true },
    { name: 'Lock', output: true, nc: true },
    { name: 'Door' },
    { name: 'Window', nc: true },
];

class Bench {
    readonly clock: FakeClock;
    readonly powerUp: PowerUp;
    readonly problems: unknown[] = [];
    readonly written: string[] = [];
    readonly contacts: MemoryBackend;
    readonly module: AuxModule;

    constructor(
        options: {
            ports?: AuxPort[];
            backend?: (contacts: MemoryBackend) => AuxBackend;
            powerUp?: PowerUp;
            clock?: FakeClock;
            kind?: 'message';
        } = {},
    ) {
        const { ports = PORTS, kind = 'simulated' } = options;
        this.clock = options.clock ?? new FakeClock();
        this.powerUp = options.powerUp ?? powerUpOf(ports, this.clock);
        this.contacts = new MemoryBackend(ports.length, kind, (port, closed) => this.written.push(`${port} ${closed}`));
        this.module = new AuxModule({
            name: 'Relays',
            clock: this.clock,
            intervalMs: 1000,
            ports,
            backend: options.backend?.(this.contacts) ?? this.contacts,
            powerUp: this.powerUp,
            problem: (error) => this.problems.push(error),
        });
    }

    async start(): Promise<this> {
        this.module.start();
        await this.clock.advance(0);
        return this;
    }

    async switch(name: string, on: boolean) {
        const result = this.module.switch(name, on);
        result.catch(() => {});
        await this.clock.advance(0);
        return result;
    }

    get states(): Record<string, boolean | undefined> {
        return Object.fromEntries(this.module.ports.map(({ name, on }) => [name, on]));
    }
}

/** A module with faults. */
class Faulty implements AuxBackend {
    readonly readsBack = true;
    silent = false;
    stuck = false;

    constructor(private readonly contacts: MemoryBackend) {}

    read() {
        return this.silent ? Promise.reject(new UpsError('device-silent', { host: 'relays' })) : this.contacts.read();
    }

    write(port: number, closed: boolean) {
        if (this.silent) return Promise.reject(new UpsError('device-silent', { host: 'relays' }));
        return this.stuck ? Promise.resolve() : this.contacts.write(port, closed);
    }

    close() {
        return this.contacts.close();
    }
}

describe('AuxModule', () => {
    it('reads its ports, each by its kind of contact', async () => {
        const { states, module } = await new Bench().start();
        assert.deepEqual(states, { Fan: false, Lock: true, Door: false, Window: true });
        await module.stop();
    });

    it('switches an output, reads it back and tells everybody', async () => {
        const bench = await new Bench().start();
        let told = 0;
        bench.module.onReading(() => told++);
        assert.deepEqual(await bench.switch('Fan', true), { confirmed: true });
        assert.deepEqual(await bench.switch('Lock', true), { confirmed: true });
        assert.deepEqual(bench.written, ['0 true', '1 false'], 'an NC relay is on while it is not energised');
        await bench.clock.advance(1000);
        assert.ok(told > 0);
        assert.equal(bench.states.Fan, true);
        await bench.module.stop();
    });

    it('a relay that sticks is accepted, not confirmed', async () => {
        const stuck: { backend?: Faulty } = {};
        const bench = await new Bench({ backend: (contacts) => (stuck.backend = new Faulty(contacts)) }).start();
        stuck.backend!.stuck = true;
        assert.deepEqual(allInEnglish(await bench.switch('Fan', true)), { confirmed: false, detail: 'still off' });
        await bench.module.stop();
    });

    it('does not switch inputs, nor ports that it does not have', async () => {
        const bench = await new Bench().start();
        for (const name of ['Door', 'Roof']) {
            await assert.rejects(bench.switch(name, true), (error: UpsError) => {
                assert.equal(error.code, 'config-invalid');
                assert.equal(error.data.expected, 'Fan, Lock');
                return true;
            });
        }
        await bench.module.stop();
    });

    it('that falls silent is unknown, and read again when it answers', async () => {
        const faulty: { backend?: Faulty } = {};
        const bench = await new Bench({ backend: (contacts) => (faulty.backend = new Faulty(contacts)) }).start();
        const state = () => bench.module.state.state as string;
        assert.equal(state(), 'ready');
        faulty.backend!.silent = true;
        await bench.clock.advance(1000);
        assert.equal(state(), 'waiting');
        assert.equal(bench.states.Door, undefined);
        await assert.rejects(bench.switch('Fan', true), (error: UpsError) => error.code === 'device-silent');
        faulty.backend!.silent = false;
        await bench.clock.advance(1000);
        assert.equal(state(), 'ready');
        assert.equal(bench.states.Door, false);
        await bench.module.stop();
    });

    it('relays behind messages are known only as far as somebody reports them', async () => {
        const bench = await new Bench({ kind: 'message' }).start();
        assert.equal(bench.states.Fan, undefined);
        assert.deepEqual(await bench.switch('Fan', true), { confirmed: false });
        bench.contacts.report(2, true);
        await bench.clock.advance(0);
        assert.deepEqual(bench.states, { Fan: true, Lock: undefined, Door: true, Window: undefined });
        await bench.module.stop();
    });

    describe('at power-up', () => {
        const ports: AuxPort[] = [
            { name: 'Now', output: true, powerUp: true },
            { name: 'Later', output: true, nc: true, powerUp: true, powerUpDelay: 30 },
            { name: 'Never', output: true },
        ];

        it('switches on what is to be on, each after its delay', async () => {
            const bench = await new Bench({ ports }).start();
            assert.equal(bench.states.Now, true);
            bench.contacts.report(1, true);
            await bench.clock.advance(29_000);
            assert.equal(bench.states.Later, false);
            await bench.clock.advance(1000);
            assert.deepEqual(bench.states, { Now: true, Later: true, Never: false });
            await bench.module.stop();
        });

        it('not over what somebody has switched meanwhile', async () => {
            const bench = await new Bench({ ports }).start();
            await bench.switch('Later', false);
            await bench.clock.advance(60_000);
            assert.equal(bench.states.Later, false);
            await bench.module.stop();
        });

        it('not after a deploy', async () => {
            const before = await new Bench({ ports }).start();
            const { powerUp } = before;
            await before.clock.advance(60_000);
            await before.module.stop();
            // What has become a power-up port by the deploy is none either.
            const marked = ports.map((port) => ({ ...port, powerUp: true }));
            const bench = await new Bench({ ports: marked, powerUp }).start();
            await bench.clock.advance(60_000);
            assert.deepEqual([bench.states.Now, bench.states.Never], [false, false]);
            await bench.module.stop();
        });

        it('a deploy within its delay does not cost a port its power-up, nor lengthen it', async () => {
            const before = await new Bench({ ports }).start();
            const { powerUp, clock } = before;
            await clock.advance(20_000);
            await before.module.stop();
            const bench = await new Bench({ ports, powerUp, clock }).start();
            bench.contacts.report(1, true);
            await clock.advance(9000);
            assert.equal(bench.states.Later, false);
            await clock.advance(1000);
            assert.equal(bench.states.Later, true);
            await bench.module.stop();
        });

        it('goes on trying while the module is not there yet', async () => {
            const faulty: { backend?: Faulty } = {};
            const bench = new Bench({ ports, backend: (contacts) => (faulty.backend = new Faulty(contacts)) });
            faulty.backend!.silent = true;
            await bench.start();
            assert.equal((bench.problems[0] as UpsError).code, 'device-silent');
            faulty.backend!.silent = false;
            await bench.clock.advance(5000);
            assert.equal(bench.states.Now, true);
            await bench.module.stop();
        });
    });

    it('leaves no timer behind', async () => {
        const bench = await new Bench({
            ports: [{ name: 'A', output: true, powerUp: true, powerUpDelay: 60 }],
        }).start();
        await bench.module.stop();
        assert.equal(bench.clock.pending, 0);
    });

    for (const ports of [[], [{ name: '' }], [{ name: 'A' }, { name: 'A' }], [{ name: 'A', powerUpDelay: -1 }]]) {
        it(`refuses ${JSON.stringify(ports)}`, () => {
            assert.throws(
                () => new Bench({ ports }),
                (error) => error instanceof UpsError && error.data.property === 'ports',
            );
        });
    }
});

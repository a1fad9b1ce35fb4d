import assert from 'node:assert/strict';
import { KeptServers, type LastingServer } from '../../../nodes/shared/server/kept-servers';
import type { RuntimeFlow } from '../../../nodes/shared/runtime/flow-of';
import { FakeClock } from '../../support/fake-clock';

/** One that closes when the test says so. */
class FakeServer implements LastingServer<string> {
    closed = () => {};
    constructor(
        readonly key: string,
        private readonly told: (what: string) => void,
    ) {}
    start = () => this.told(`${this.key} starts`);
    serve = (serving: string) => this.told(`${this.key} serves ${serving}`);
    stop = () => {
        this.told(`${this.key} stops`);
        return new Promise<void>((done) => (this.closed = done));
    };
}

describe('servers that outlive their nodes', () => {
    let clock: FakeClock;
    let deployed: () => void;
    let told: string[];
    let kept: KeptServers<string, FakeServer>;
    beforeEach(() => {
        clock = new FakeClock();
        told = [];
        const deploys = { afterEachStart: (listener: () => void) => (deployed = listener) };
        kept = new KeptServers({ clock, deploys } as unknown as RuntimeFlow);
    });
    const settle = () => new Promise((done) => setImmediate(done));
    const take = (key: string, serving = 'new', owner = 'node') =>
        kept.take(owner, key, serving, () => new FakeServer(key, (what) => told.push(what)));
    /** What has happened since the last look. */
    const news = async () => {
        await settle();
        return told.splice(0);
    };

    it('are taken over by the next node with the same key, and end with the deploy otherwise', async () => {
        const server = take('a');
        assert.deepEqual(await news(), ['a starts']);
        await kept.leave('node', false);
        assert.equal(take('a', 'again'), server);
        assert.deepEqual(await news(), ['a serves again']);
        await clock.advance(10_000);
        deployed();
        assert.deepEqual(await news(), []);
        await kept.leave('node', false);
        assert.equal(take('a', 'other', 'other node'), server);
        await kept.leave('other node', false);
        assert.deepEqual(await news(), ['a serves other']);
        deployed();
        assert.deepEqual(await news(), ['a stops']);
    });

    it('end after 45 seconds when no flow starts, and at once when their node is removed', async () => {
        take('a');
        await kept.leave('node', false);
        await clock.advance(44_999);
        assert.deepEqual(await news(), ['a starts']);
        await clock.advance(1);
        assert.deepEqual(await news(), ['a stops']);
        const server = take('b', 'new', 'removed');
        assert.deepEqual(await news(), ['b starts']);
        const left = kept.leave('removed', true);
        assert.deepEqual(await news(), ['b stops']);
        server.closed();
        await left;
    });

    it('start with another key when what the node had before is closed', async () => {
        const before = take('a');
        assert.deepEqual(await news(), ['a starts']);
        await kept.leave('node', false);
        take('b');
        assert.deepEqual(await news(), ['a stops']);
        before.closed();
        assert.deepEqual(await news(), ['b starts']);
    });

    it('of a node with two: the one that stays is taken over, and both wait where both change', async () => {
        const [tcp, line] = [take('tcp 1'), take('line 1')];
        await news();
        await kept.leave('node', false);
        const second = take('tcp 2');
        assert.equal(take('line 1'), line);
        assert.deepEqual(await news(), ['line 1 serves new', 'tcp 1 stops']);
        tcp.closed();
        assert.deepEqual(await news(), ['tcp 2 starts']);
        await kept.leave('node', false);
        take('tcp 3');
        take('line 3');
        assert.deepEqual((await news()).sort(), ['line 1 stops', 'tcp 2 stops']);
        line.closed();
        assert.deepEqual(await news(), []);
        second.closed();
        assert.deepEqual(await news(), ['tcp 3 starts', 'line 3 starts']);
    });
});

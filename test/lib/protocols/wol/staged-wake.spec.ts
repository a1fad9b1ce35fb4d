import { strict as assert } from 'node:assert';
import { UpsError } from '../../../../lib/core/errors';
import { probeName, type Probe, type Prober } from '../../../../lib/protocols/shared/probe';
import { parseRows } from '../../../../lib/protocols/wol/hosts';
import { StagedWake, type WakeProgress, type WakeSettings } from '../../../../lib/protocols/wol/staged-wake';
import { FakeClock } from '../../../support/fake-clock';

const row = (n: number, check: 'tcp' | 'none' = 'tcp') => ({
    name: `h${n}`,
    mac: `02:00:00:00:00:0${n}`,
    check,
    address: check === 'tcp' ? `h${n}` : '',
    port: 22,
});
const THREE = parseRows([row(1), row(2), row(3)]);

/** Hosts that come up so many seconds after their n-th packet, by the fake clock. */
class Lab implements Prober {
    clock = new FakeClock();
    sent: string[] = [];
    up = new Set<string>();
    asked = 0;
    /** Which questions get lost. */
    lost = new Set<number>();
    saved = '';
    network = true;
    wants: Record<string, { packets: number; seconds: number }> = {};
    private counts: Record<string, number> = {};

    settings: WakeSettings = {
        gapSeconds: 30,
        repeatSeconds: 10,
        limitSeconds: 120,
        probeSeconds: 2,
        waitForEach: true,
        stopOnFailure: false,
    };

    async ask(probe: Probe): Promise<boolean> {
        if (this.lost.has(++this.asked)) return false;
        if (probe.host === 'noping') throw new UpsError('command-failed', { command: 'ping', reason: 'ENOENT' });
        return this.up.has(probe.host);
    }

    async send(packet: Uint8Array): Promise<void> {
        if (!this.network) throw new UpsError('host-unreachable', { host: 'net', reason: 'ENETUNREACH' });
        const host = `h${packet[11]}`;
        this.sent.push(`${Math.round(this.clock.monotonic() / 1000)} ${host}`);
        this.counts[host] = (this.counts[host] ?? 0) + 1;
        const want = this.wants[host];
        if (want && this.counts[host] === want.packets)
            this.clock.setTimeout(() => this.up.add(host), want.seconds * 1000);
    }

    start(hosts = THREE, progress: WakeProgress = { begun: {}, settled: {} }) {
        const stop = new AbortController();
        const told: string[] = [];
        const waking = new StagedWake(
            this.clock,
            this,
            this,
            this.settings,
            progress,
            () => (this.saved = JSON.stringify(progress)),
            (error) => (error as UpsError).message,
        );
        const running = waking.run(hosts, stop.signal, (text) => told.push(text));
        running.catch(() => undefined);
        return { running, waking, stop, told, progress };
    }
}

describe('StagedWake', () => {
    it('wakes in order: the next one when the last is up and the gap is over', async () => {
        const lab = new Lab();
        lab.wants = { h1: { packets: 2, seconds: 3 }, h2: { packets: 1, seconds: 1 }, h3: { packets: 1, seconds: 1 } };
        const { running, told } = lab.start();
        await lab.clock.advance(300_000);
        const outcomes = await running;
        // h1: packets at 0 and 10, up at 13, seen at 15; gap to 45; h2 seen at 50; gap to 80.
        assert.deepEqual(lab.sent, ['0 h1', '10 h1', '45 h2', '80 h3']);
        assert.deepEqual(
            outcomes.map(({ name, ok, state, packets, seconds, asked }) => [name, ok, state, packets, seconds, asked]),
            [
                ['h1', true, 'up', 2, 15, 'h1:22'],
                ['h2', true, 'up', 1, 5, 'h2:22'],
                ['h3', true, 'up', 1, 5, 'h3:22'],
            ],
        );
        assert.deepEqual(told, ['1/3 h1', '2/3 h2', '3/3 h3']);
        assert.equal(lab.clock.pending, 0);
    });

    it('sends once even to a host that answers, which counts as up once nobody can be on the way down', async () => {
        const lab = new Lab();
        lab.settings.shutdownSeconds = 0;
        lab.up.add('h1').add('h2').add('h3');
        const { running } = lab.start();
        await lab.clock.advance(100_000);
        assert.deepEqual(
            (await running).map(({ state, packets }) => [state, packets]),
            Array(3).fill(['already-up', 1]),
        );
        assert.deepEqual(lab.sent, ['0 h1', '30 h2', '60 h3']);
    });

    describe('a host that was told to shut down, and still answers', () => {
        it('is sent to until it is down, and woken from there', async () => {
            const lab = new Lab();
            lab.up.add('h1');
            lab.settings.limitSeconds = 20;
            lab.clock.setTimeout(() => lab.up.delete('h1'), 62_000);
            lab.clock.setTimeout(() => lab.up.add('h1'), 78_000);
            const { running } = lab.start(parseRows([row(1)]));
            await lab.clock.advance(100_000);
            const [outcome] = await running;
            // Its limit counts from when it was seen down.
            assert.deepEqual([outcome!.state, lab.sent.at(-1)], ['up', '70 h1']);
        });

        it('is not down because one question got lost', async () => {
            const lab = new Lab();
            lab.up.add('h1');
            lab.lost = new Set([2, 5, 8]);
            lab.clock.setTimeout(() => lab.up.delete('h1'), 62_000);
            const { running, progress } = lab.start(parseRows([row(1)]));
            await lab.clock.advance(61_000);
            assert.deepEqual(progress.settled, {});
            lab.clock.setTimeout(() => lab.up.add('h1'), 17_000);
            await lab.clock.advance(39_000);
            assert.deepEqual([(await running)[0]!.state, lab.sent.at(-1)], ['up', '70 h1']);
        });

        it('is up, without having been down, when the time of a shutdown is over', async () => {
            const lab = new Lab();
            lab.up.add('h1');
            lab.settings.limitSeconds = 20;
            const since = lab.clock.now() - 80_000;
            const { running } = lab.start(parseRows([row(1)]), { begun: {}, settled: {}, since });
            await lab.clock.advance(39_000);
            assert.equal(lab.sent.length, 4);
            await lab.clock.advance(10_000);
            const [outcome] = await running;
            assert.deepEqual([outcome!.state, outcome!.seconds], ['already-up', 40]);
        });

        it('that nobody asks is sent to once more', async () => {
            const lab = new Lab();
            const hosts = parseRows([row(1, 'none'), row(2, 'none')]);
            const { running, waking, stop } = lab.start(hosts);
            await lab.clock.advance(31_000);
            assert.deepEqual(
                (await running).map(({ state }) => state),
                ['sent', 'sent'],
            );
            assert.deepEqual(waking.mayHaveMissedPackets(hosts), hosts);
            const again = waking.sendAgain(hosts, stop.signal);
            lab.network = false;
            await lab.clock.advance(95_000);
            lab.network = true;
            await lab.clock.advance(10_000);
            await again;
            assert.deepEqual(lab.sent, ['0 h1', '30 h2', '130 h1', '130 h2']);
            assert.deepEqual(waking.mayHaveMissedPackets(hosts), []);
        });
    });

    it('gives a host up at the limit, says so, and goes on with the next', async () => {
        const lab = new Lab();
        lab.wants = { h2: { packets: 1, seconds: 1 }, h3: { packets: 1, seconds: 1 } };
        const { running } = lab.start();
        await lab.clock.advance(400_000);
        const outcomes = await running;
        assert.deepEqual(
            outcomes.map(({ state, packets }) => [state, packets]),
            [
                ['no-answer', 12],
                ['up', 1],
                ['up', 1],
            ],
        );
        assert.equal(outcomes[0]!.seconds, 120);
        assert.match(outcomes[0]!.error!, /not-woken.*h1:22.*120/);
    });

    it('ends there when the others need the one that failed', async () => {
        const lab = new Lab();
        lab.settings.stopOnFailure = true;
        const { running } = lab.start();
        await lab.clock.advance(200_000);
        assert.deepEqual(
            (await running).map(({ state, ok }) => [state, ok]),
            [
                ['no-answer', false],
                ['stopped', false],
                ['stopped', false],
            ],
        );
        assert.ok(lab.sent.every((line) => line.endsWith('h1')));
    });

    it('sends to all at their gaps, each repeated by itself, when none waits for another', async () => {
        const lab = new Lab();
        lab.settings.waitForEach = false;
        lab.settings.gapSeconds = 5;
        lab.wants = { h1: { packets: 2, seconds: 1 }, h2: { packets: 1, seconds: 1 }, h3: { packets: 1, seconds: 1 } };
        const { running } = lab.start();
        await lab.clock.advance(60_000);
        await running;
        assert.deepEqual(lab.sent.sort(), ['0 h1', '5 h2', '10 h1', '10 h3'].sort());
    });

    it('sends once to a host that nobody asks, and calls that sent', async () => {
        const lab = new Lab();
        const { running } = lab.start(parseRows([row(1, 'none'), row(2, 'none')]));
        await lab.clock.advance(40_000);
        assert.deepEqual(
            (await running).map(({ state, ok }) => [state, ok]),
            [
                ['sent', true],
                ['sent', true],
            ],
        );
        assert.deepEqual(lab.sent, ['0 h1', '30 h2']);
    });

    it('tries again while the network itself is not back', async () => {
        const lab = new Lab();
        lab.network = false;
        const { running } = lab.start(parseRows([row(1, 'none')]));
        await lab.clock.advance(25_000);
        lab.network = true;
        await lab.clock.advance(10_000);
        const [outcome] = await running;
        assert.deepEqual([outcome!.state, outcome!.packets, lab.sent], ['sent', 4, ['30 h1']]);
    });

    it('says why nothing could be sent', async () => {
        const lab = new Lab();
        lab.network = false;
        const { running } = lab.start(parseRows([row(1, 'none')]));
        await lab.clock.advance(130_000);
        const [outcome] = await running;
        assert.equal(outcome!.state, 'failed');
        assert.match(outcome!.error!, /ENETUNREACH/);
    });

    it('sends once and says that nobody can ask without a ping program', async () => {
        const lab = new Lab();
        const hosts = parseRows([{ mac: '02:00:00:00:00:01', check: 'ping', address: 'noping' }]);
        const { running } = lab.start(hosts);
        await lab.clock.advance(1000);
        const [outcome] = await running;
        assert.deepEqual([outcome!.state, outcome!.packets, lab.sent], ['failed', 1, ['0 h1']]);
        assert.match(outcome!.error!, /ping.*ENOENT/);
    });

    for (const hours of [-5, 5]) {
        it(`counts its times on over a restart in which the wall clock was set by ${hours} h`, async () => {
            const lab = new Lab();
            lab.clock.boot = { id: 'a', origin: 500_000 };
            lab.wants = { h1: { packets: 1, seconds: 1 } };
            lab.settings.gapSeconds = 100;
            const first = lab.start();
            await lab.clock.advance(60_000);
            first.stop.abort();
            await assert.rejects(first.running, (error: UpsError) => error.code === 'interrupted');
            assert.deepEqual(lab.sent, ['0 h1']);

            // The gap before the second host counts on; h2 does not answer and has its full 120 s from then.
            lab.clock.jumpWall(hours * 3600_000);
            lab.sent = [];
            const second = lab.start(THREE, JSON.parse(lab.saved) as WakeProgress);
            await lab.clock.advance(105_000);
            second.stop.abort();
            await assert.rejects(second.running, (error: UpsError) => error.code === 'interrupted');
            assert.deepEqual(lab.sent, ['105 h2', '115 h2', '125 h2', '135 h2', '145 h2', '155 h2', '165 h2']);

            // h2 has until 225, although the clock says otherwise; a host on its way down is none that is up.
            lab.clock.jumpWall(hours * 3600_000);
            lab.sent = [];
            const third = lab.start(THREE, JSON.parse(lab.saved) as WakeProgress);
            await lab.clock.advance(300_000);
            const outcomes = await third.running;
            assert.deepEqual(lab.sent.slice(0, 8), [
                '165 h2',
                '175 h2',
                '185 h2',
                '195 h2',
                '205 h2',
                '215 h2',
                '325 h3',
                '335 h3',
            ]);
            assert.deepEqual([outcomes[1]!.state, outcomes[1]!.seconds], ['no-answer', 120]);
        });

        it(`takes no host on its way down for up when the wall clock was set by ${hours} h meanwhile`, async () => {
            const lab = new Lab();
            lab.clock.boot = { id: 'a', origin: 500_000 };
            const [one] = parseRows([row(1)]);
            lab.up.add('h1');
            const first = lab.start([one!]);
            await lab.clock.advance(20_000);
            first.stop.abort();
            await assert.rejects(first.running);
            lab.clock.jumpWall(hours * 3600_000);
            const second = lab.start([one!], JSON.parse(lab.saved) as WakeProgress);
            lab.clock.setTimeout(() => lab.up.delete('h1'), 30_000);
            lab.clock.setTimeout(() => lab.up.add('h1'), 70_000);
            await lab.clock.advance(60_000);
            assert.equal(second.progress.settled[one!.mac], undefined);
            await lab.clock.advance(15_000);
            assert.equal((await second.running)[0]!.state, 'up');
        });
    }

    it('reads what earlier versions kept: the epoch ms alone', async () => {
        const lab = new Lab();
        lab.clock.boot = { id: 'a', origin: 500_000 };
        const [one] = parseRows([row(1)]);
        lab.up.add('h1');
        const at = lab.clock.now() - 100_000;
        const { running, progress } = lab.start([one!], {
            begun: { [one!.mac]: { at, packets: 3 } },
            settled: {},
            since: at,
            gapSince: at,
        });
        await lab.clock.advance(15_000);
        assert.equal(progress.settled[one!.mac], undefined, 'its shutdown may take 5 s more');
        await lab.clock.advance(15_000);
        assert.equal((await running)[0]!.state, 'already-up');
    });

    it('goes on after a restart: nobody twice, the limit and the gap count on', async () => {
        const lab = new Lab();
        lab.wants = { h1: { packets: 1, seconds: 1 } };
        const first = lab.start();
        await lab.clock.advance(60_000);
        first.stop.abort();
        await assert.rejects(first.running, (error: UpsError) => error.code === 'interrupted');
        assert.deepEqual(lab.sent, ['0 h1', '35 h2', '45 h2', '55 h2']);
        assert.equal(lab.clock.pending, 0);

        await lab.clock.advance(60_000);
        lab.sent = [];
        const second = lab.start(THREE, JSON.parse(lab.saved) as WakeProgress);
        await lab.clock.advance(200_000);
        const outcomes = await second.running;
        // h2 began at 35 and has until 155; then the gap to 185.
        assert.deepEqual(lab.sent.slice(0, 5), ['120 h2', '130 h2', '140 h2', '150 h2', '185 h3']);
        assert.deepEqual(
            outcomes.map(({ state, packets, seconds }) => [state, packets, seconds]),
            [
                ['up', 1, 5],
                ['no-answer', 7, 120],
                ['no-answer', 12, 120],
            ],
        );
    });

    it('finds out first whether a host came up while nobody looked', async () => {
        const lab = new Lab();
        lab.settings.shutdownSeconds = 0;
        const first = lab.start();
        await lab.clock.advance(5000);
        first.stop.abort();
        await assert.rejects(first.running);
        lab.up.add('h1').add('h2').add('h3');
        lab.sent = [];
        const second = lab.start(THREE, JSON.parse(lab.saved) as WakeProgress);
        await lab.clock.advance(100_000);
        assert.deepEqual(
            (await second.running).map(({ state, packets }) => [state, packets]),
            [
                ['up', 1],
                ['already-up', 1],
                ['already-up', 1],
            ],
        );
        assert.deepEqual(lab.sent, ['35 h2', '65 h3'], 'h1 is not sent to again');
    });

    it('stops when the mains fail again, and says who is up', async () => {
        const lab = new Lab();
        lab.wants = { h1: { packets: 1, seconds: 1 } };
        const { running, stop } = lab.start();
        await lab.clock.advance(40_000);
        stop.abort(new UpsError('mains-failed-again'));
        await lab.clock.advance(300_000);
        assert.deepEqual(
            (await running).map(({ state, packets }) => [state, packets]),
            [
                ['up', 1],
                ['stopped', 1],
                ['stopped', 0],
            ],
        );
        assert.deepEqual(lab.sent, ['0 h1', '35 h2']);
        assert.equal(lab.clock.pending, 0);
    });

    it('is not moved by a jump of the wall clock', async () => {
        const lab = new Lab();
        const { running } = lab.start(parseRows([row(1)]));
        await lab.clock.advance(20_000);
        lab.clock.jumpWall(3_600_000);
        await lab.clock.advance(99_000);
        assert.equal(lab.sent.length, 12);
        lab.up.add('h1');
        await lab.clock.advance(5000);
        assert.equal((await running)[0]!.state, 'up');
    });

    it('ends with the failure to keep what it did', async () => {
        const lab = new Lab();
        const progress: WakeProgress = { begun: {}, settled: {} };
        const wake = new StagedWake(
            lab.clock,
            lab,
            lab,
            lab.settings,
            progress,
            () => {
                throw new UpsError('store-failed', { file: 'x' });
            },
            String,
        );
        await assert.rejects(
            wake.run(THREE, new AbortController().signal, () => undefined),
            (error: UpsError) => error.code === 'store-failed',
        );
    });

    it('names what it asks', () => {
        assert.equal(probeName({ kind: 'ping', host: 'h' }), 'ping h');
        assert.equal(probeName({ kind: 'tcp', host: '::1', port: 22 }), '[::1]:22');
    });
});

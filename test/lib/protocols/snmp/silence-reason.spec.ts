import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { SystemClock } from '../../../../lib/core/clock';
import { fromNetSnmp } from '../../../../lib/protocols/snmp/net-snmp-errors';
import type { Reason } from '../../../../lib/core/reasons';
import { HostAddress } from '../../../../lib/protocols/snmp/host-address';
import { diagnoseSilence } from '../../../../lib/protocols/snmp/silence-diagnosis';
import { SilenceReason } from '../../../../lib/protocols/snmp/silence-reason';
import { SnmpError } from '../../../../lib/protocols/snmp/transport';
import snmp from 'net-snmp';
import { FakeClock } from '../../../support/fake-clock';
import { freePort } from '../../../support/free-port';
import { Bench, card, UPS } from './driver-bench';

describe('a silent agent', () => {
    const address = new HostAddress('127.0.0.1', 1000);
    let mute: Socket | undefined;

    afterEach(() => {
        mute?.close();
        mute = undefined;
    });

    async function muteAgent(): Promise<number> {
        mute = createSocket('udp4');
        await new Promise<void>((resolve) => mute!.bind(0, '127.0.0.1', resolve));
        return mute.address().port;
    }

    it('is told from a port on which nothing listens', async () => {
        assert.equal(await diagnoseSilence(new SystemClock(), address, await freePort(), '2c'), 'refused');
    });

    it('on a host that is there has likely another community', async () => {
        assert.equal(await diagnoseSilence(new SystemClock(), address, await muteAgent(), '2c'), 'community');
        assert.equal(await diagnoseSilence(new SystemClock(), address, mute!.address().port, '3'), 'v3-silent');
    });

    it('is looked at once a minute, however often it is asked', async () => {
        const clock = new FakeClock();
        let looks = 0;
        let changes = 0;
        const silence = new SilenceReason(clock, () => {
            looks++;
            return Promise.resolve<Reason>('community');
        });
        const ask = () => silence.why(() => changes++);
        assert.equal(ask(), 'timeout');
        for (let second = 0; second < 59; second++) {
            await clock.advance(1000);
            assert.equal(ask(), 'community');
        }
        assert.deepEqual([looks, changes], [1, 1]);
        await clock.advance(1000);
        ask();
        assert.equal(looks, 2);
        silence.over();
        assert.equal(ask(), 'timeout');
    });

    it('is told with what was found out, as another reason of the same silence', async () => {
        const agent = card();
        const clock = new FakeClock();
        const silence = new SilenceReason(clock, () => Promise.resolve<Reason>('community'));
        const bench = await new Bench(agent, { silence }).start();
        agent.failure = new SnmpError('timeout', 'no answer in time', { why: 'timeout' });
        await bench.clock.advance(3000);
        const told = bench.states.flatMap((state) => (state.state === 'waiting' ? [state.data?.why] : []));
        assert.deepEqual(told, ['timeout', 'community']);
        agent.failure = undefined;
        await bench.clock.advance(3000);
        assert.equal(bench.states.at(-1)?.state, 'ready');
        await bench.driver.stop();
    });

    it('that answers, but has nothing of a UPS, is told as such', async () => {
        const agent = card();
        for (const path of ['1.2.0', '2.1.0', '2.2.0', '2.4.0', '3.3.1.3.1', '4.1.0', '4.4.1.5.1', '6.1.0'])
            agent.remove(`${UPS}.${path}`);
        const bench = await new Bench(agent).start();
        const state = bench.states.at(-1);
        assert.ok(state?.state === 'waiting');
        assert.equal(state.data?.why, 'no-ups-mib');
        await bench.driver.stop();
    });

    for (const [text, why] of [
        ['Unsupported Security Level', 'v3-level'],
        ['Unknown User Name', 'v3-user'],
        ['Wrong Digest (incorrect password, community or key)', 'v3-key'],
        ['Decryption Error', 'v3-privacy'],
    ] as const) {
        it(`is told by its report "${text}" what of the SNMPv3 user is wrong`, () => {
            const { EAuthFailure } = snmp.ResponseInvalidCode as unknown as { EAuthFailure: number };
            const Invalid = snmp.ResponseInvalidError as unknown as new (text: string, code: number) => Error;
            const error = fromNetSnmp(new Invalid(text, EAuthFailure));
            assert.deepEqual([error.kind, error.why], ['access-denied', why]);
        });
    }
});

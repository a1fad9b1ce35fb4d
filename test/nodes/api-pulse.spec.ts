import assert from 'node:assert/strict';
import type { SourceView } from '../../lib/views';
import type { UpsAuxModuleNode, UpsUnitNode } from '../../nodes/shared/config/config-nodes';
import { ApiFlow } from '../support/api-flow';
import { fakeTime, type FakeTime } from '../support/fake-time';
import { helper, speakInWords, theFlow } from '../support/node-red';

describe('the HTTP API: the pulse of an output', () => {
    const time = fakeTime();
    let api: ApiFlow;
    const fan = () => (helper.getNode('module1') as unknown as UpsAuxModuleNode).module!.ports[0]!.on;
    const order = (on: boolean) => api.ask('POST', 'ports', { body: { port: 'module1/Fan', on } });
    const shown = async () =>
        ((await api.ask('GET', 'sources')).json as unknown as { sources: SourceView[] }).sources.find(
            ({ id }) => id === 'module1/Fan',
        )!;

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(() => {
        speakInWords(true);
        api = new ApiFlow(time as FakeTime);
    });
    afterEach(async () => {
        await api.close();
        speakInWords(false);
    });

    const pulse = (seconds: unknown) => api.ask('POST', 'ports', { body: { port: 'module1/Fan', pulse: seconds } });

    it('switches it on for so long, and the answer says that it is off again', async () => {
        await api.load();
        const answer = pulse(2);
        await time.eventually(() => fan() === true);
        const from = time.clock.now();
        assert.deepEqual((await shown()).heldBy?.length, 1);
        await time.eventually(() => fan() === false);
        assert.ok(Math.abs(time.clock.now() - from - 2000) < 500, `${time.clock.now() - from} ms`);
        const { status, json } = await answer;
        assert.deepEqual([status, json.confirmed], [200, true]);
        assert.equal((await shown()).heldBy, undefined);
        assert.match(api.log.at(-1)!, /Relays: Fan on for 2 s: confirmed \(by 127\.0\.0\.1\)/);
    });

    it('of one that is on at rest goes off, and on again', async () => {
        await api.load();
        await (helper.getNode('module1') as unknown as UpsAuxModuleNode).module!.switch('Fan', true);
        const answer = pulse(2);
        await time.eventually(() => fan() === false);
        const { json } = await answer;
        assert.deepEqual([fan(), json.confirmed], [true, true]);
        assert.match(api.log.at(-1)!, /Relays: Fan off for 2 s, then on again: confirmed/);
    });

    it('of one that nobody has read yet says what it has done', async () => {
        const ports = [{ name: 'Lamp', output: 'true', nc: 'true' }];
        const own = {
            id: 'module2',
            type: 'ups-aux-module',
            name: 'Relays',
            backend: 'simulated',
            interval: 0.1,
            ports,
        };
        await api.load({}, { more: [own] });
        const lamp = () => (helper.getNode('module2') as unknown as UpsAuxModuleNode).module!.ports[0]!.on;
        assert.equal(lamp(), undefined);
        const { json } = await api.ask('POST', 'ports', { body: { port: 'module2/Lamp', pulse: 1 } });
        assert.deepEqual([lamp(), json.confirmed], [true, true]);
        assert.match(String(json.text), /Relays: Lamp off for 1 s, then on again: confirmed/);
    });

    it('is refused where it would go the other way than the person has read', async () => {
        await api.load();
        await (helper.getNode('module1') as unknown as UpsAuxModuleNode).module!.switch('Fan', true);
        const { status, json } = await api.ask('POST', 'ports', { body: { port: 'module1/Fan', pulse: 1, on: true } });
        assert.equal(status, 409);
        assert.match(String(json.text), /somebody has switched it meanwhile/);
        assert.equal(fan(), true);
    });

    it('leaves on what somebody else holds on, and says so', async () => {
        await api.load();
        await order(true);
        const { json } = await pulse(1);
        assert.equal(fan(), true);
        assert.match(String(json.text), /stays on/);
    });

    it('ends when somebody switches it off', async () => {
        await api.load();
        const answer = pulse(20);
        await time.eventually(() => fan() === true);
        await order(false);
        assert.equal(fan(), false);
        assert.equal((await answer).status, 409);
    });

    it('ends after a restart that has cut it short', async () => {
        await api.load();
        const answer = pulse(20);
        await time.eventually(() => fan() === true);
        await api.unload();
        await answer.catch(() => undefined);
        await api.load();
        (helper.getNode('module1') as unknown as UpsAuxModuleNode).module!.switch('Fan', true).catch(() => {});
        await time.eventually(() => fan() === true);
        await time.eventually(() => fan() === false);
        assert.deepEqual(theFlow().claims.claims.of('module1', 'Fan'), []);
    });

    it('of a length that no relay can do is refused', async () => {
        await api.load();
        for (const seconds of [0.4, 31, '2', -1]) {
            const { status, json } = await pulse(seconds);
            assert.deepEqual([status, json.parameter], [400, 'pulse']);
        }
        assert.notEqual(fan(), true);
    });
});

describe('the HTTP API: an outlet off and on again', () => {
    const time = fakeTime();
    let api: ApiFlow;
    const unit = () => (helper.getNode('unit2') as unknown as UpsUnitNode).unit;
    const isOn = () =>
        unit()
            .status()
            ?.outlets?.find(({ id }) => id === 'server')?.on;
    /** As a device with a map that has values for on and off, and no command for both. */
    const withoutCycle = () => {
        const supports = unit().supports.bind(unit());
        unit().supports = (command) => !('action' in command && command.action === 'cycle') && supports(command);
    };

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(async () => {
        speakInWords(true);
        api = new ApiFlow(time as FakeTime);
        const more = [
            { id: 'unit2', type: 'ups-unit', name: 'UPS 2', site: 'site1' },
            { id: 'sim2', type: 'ups-simulator', ups: 'unit2', interval: 1, loads: [{ name: 'server', va: 300 }] },
        ];
        await api.load({}, { more });
        await time.eventually(isOn);
        withoutCycle();
    });
    afterEach(async () => {
        await api.close();
        speakInWords(false);
    });

    it('is offered, and done by two commands, where the device has none of its own', async () => {
        const { json: view } = await api.ask('GET', 'units/unit2');
        const { offers } = view as unknown as { offers: { outlets: { actions: string[] }[] } };
        assert.deepEqual(offers.outlets[0]!.actions, ['on', 'off', 'cycle']);
        const command = { type: 'outlet', outlet: 'server', action: 'cycle' };
        const answer = api.ask('POST', 'commands', { body: { unit: 'unit2', command } });
        await time.eventually(() => isOn() === false);
        const { status, json } = await answer;
        assert.deepEqual([status, json.confirmed], [200, true]);
        await time.eventually(() => isOn() === true);
        assert.match(api.log.at(-1)!, /UPS 2: outlet server off and on again: confirmed/);
    });
});

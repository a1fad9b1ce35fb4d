import assert from 'node:assert/strict';
import { ApiFlow } from '../support/api-flow';
import { fakeTime, type FakeTime } from '../support/fake-time';
import { helper } from '../support/node-red';

describe('the HTTP API: roleOf of settings.js', () => {
    const time = fakeTime();
    let api: ApiFlow;

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(() => (api = new ApiFlow(time as FakeTime)));
    afterEach(() => api.close());

    it('lets nobody in when roleOf gives no role at once, lives on, and says so in the log of Node-RED once a minute', async () => {
        let gives = (): unknown => undefined;
        await api.load({ ridethrough: { roleOf: () => gives() } });
        const told: string[] = [];
        api.RED.log.error = (text: unknown) => void told.push(String(text));
        const about = async () => (await api.ask('GET', 'about')).status;
        for (const [answer, text] of [
            [() => Promise.reject(new Error('bad token')), 'roleOfAsync'],
            [() => Promise.resolve('admin'), 'roleOfAsync'],
            [() => 'root', 'roleOfWrong'],
            [() => ['admin'], 'roleOfWrong'],
            [() => null, 'roleOfWrong'],
        ] as const) {
            told.length = 0;
            await time.clock.advance(60_000);
            gives = answer;
            for (let n = 0; n < 5; n++) assert.equal(await about(), 401);
            assert.equal(told.length, 1, String(answer));
            assert.match(told[0]!, new RegExp(text));
        }
        gives = () => 'view';
        assert.equal(await about(), 200);
        await api.unload();
        await api.load({ ridethrough: { roleOf: 'admin' } });
        assert.equal(await about(), 401);
    });
});

import assert from 'node:assert/strict';
import { ApiFlow } from '../../support/api-flow';
import { fakeTime, type FakeTime } from '../../support/fake-time';
import { helper, RED } from '../../support/node-red';

describe('the side bar of the UPSs', () => {
    const time = fakeTime();
    let api: ApiFlow;
    let told: number;
    const hear = ({ topic }: { topic: string }) => {
        if (topic === 'ridethrough/units') told++;
    };
    const toldIn = async (ms: number) => {
        told = 0;
        for (let left = ms; left > 0; left -= 1000) await time.clock.advance(1000);
        return told;
    };

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(async () => {
        api = new ApiFlow(time as FakeTime);
        await api.load();
        RED.events.on('comms', hear);
    });
    afterEach(() => {
        RED.events.off('comms', hear);
        return api.close();
    });

    it('is told each second what changes, as long as it asks from time to time', async () => {
        await toldIn(5000);
        await helper.request().get('/ridethrough/units');
        for (let minutes = 0; minutes < 4; minutes++) {
            assert.ok((await toldIn(60_000)) > 20, `minute ${minutes}`);
            await helper.request().get('/ridethrough/units');
        }
    });

    it('costs nothing while nobody asks', async () => {
        assert.equal(await toldIn(60_000), 0);
        await helper.request().get('/ridethrough/units');
        await toldIn(200_000);
        assert.equal(await toldIn(60_000), 0);
    });
});

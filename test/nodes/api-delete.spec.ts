import assert from 'node:assert/strict';
import { ApiFlow } from '../support/api-flow';
import { fakeTime, type FakeTime } from '../support/fake-time';
import { helper } from '../support/node-red';

describe('the HTTP API: what deletes', () => {
    const time = fakeTime();
    let api: ApiFlow;

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(async () => {
        api = new ApiFlow(time as FakeTime);
        await api.load();
        await time.clock.advance(400_000);
    });
    afterEach(() => api.close());

    it('takes a moment only as ms or ISO 8601, and no day that there is not', async () => {
        for (const wrong of ['1.5', '2026-02-30', '5 Nov', '2026-13-01', '2026-01-15T25:00', '12/1/2026', '1e3']) {
            const { status, json } = await api.ask('DELETE', `data?site=site1&before=${encodeURIComponent(wrong)}`);
            assert.deepEqual([wrong, status, json.parameter], [wrong, 400, 'before']);
        }
        for (const right of [
            '0',
            '-1',
            '2025-02-28',
            '2024-02-29T10:00Z',
            '2025-02-28T10:00:00.123+01:00',
            '2025-02',
        ]) {
            const { status } = await api.ask('DELETE', `data?site=site1&before=${encodeURIComponent(right)}`);
            assert.deepEqual([right, status], [right, 200]);
        }
    });

    it('deletes nothing where a script has an empty variable or a misspelt name', async () => {
        const values = async () => JSON.stringify((await api.ask('GET', 'series')).json);
        const before = await values();
        assert.match(before, /"owner":"unit1"/);
        for (const [path, parameter] of [
            [`data?site=site1&all=true&owner=`, 'owner'],
            [`data?site=site1&all=true&ownr=gone`, 'ownr'],
            [`data?site=site1&all=true&owner=gone&owner=`, 'owner'],
            [`data?site=site1&all=true&before=`, 'before'],
            [`log?site=site1&all=true&before=`, 'before'],
            [`log?site=site1&all=true&owner=unit1`, 'owner'],
        ] as const) {
            const { status, json } = await api.ask('DELETE', path);
            assert.deepEqual([path, status, json.error, json.parameter], [path, 400, 'bad-parameter', parameter]);
        }
        assert.equal(await values(), before);
    });
});

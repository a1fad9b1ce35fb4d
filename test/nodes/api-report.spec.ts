import assert from 'node:assert/strict';
import type { EnergyReport, OutageReport, QualityReport } from '../../lib/reports';
import type { ApiCall } from '../../nodes/shared/api/api-route';
import { costly } from '../../nodes/shared/api/costly';
import { ApiFlow, type Answer } from '../support/api-flow';
import { fakeTime, type FakeTime } from '../support/fake-time';
import { helper, speakInWords } from '../support/node-red';

describe('the HTTP API: reports', () => {
    const time = fakeTime();
    let api: ApiFlow;

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

    it('tells of an episode as a page, as CSV and as JSON', async () => {
        await api.load();
        const episode = await api.haveOutage();
        const path = `episodes/${encodeURIComponent(episode)}/report`;
        const page = await api.ask('GET', path);
        assert.match(String(page.headers['content-type']), /^text\/html/);
        assert.match(page.bytes.toString(), /^<!DOCTYPE html>[\s\S]*<table/);
        const report = (await api.ask('GET', `${path}?format=json&zone=UTC`)).json as unknown as OutageReport;
        assert.deepEqual([report.kind, report.episode, report.zone], ['outage', episode, 'UTC']);
        assert.ok(report.seconds >= 600 && report.battery.lowestCharge!.value < 100);
        const csv = await api.ask('GET', `${path}?format=csv`);
        assert.match(String(csv.headers['content-disposition']), /outage-ups-1-.*\.csv/);
        assert.equal((await api.ask('GET', 'episodes/gone/report')).status, 404);
        assert.equal((await api.ask('GET', `${path}?zone=Nowhere`)).status, 400);
    });

    it('makes two reports at once, lets eight wait, and tells all others when to come again', async () => {
        await api.load();
        await api.haveOutage();
        // Two that are being made until all others have come.
        let end = () => {};
        const ended = new Promise<void>((done) => (end = done));
        const call = { RED: api.RED, request: { socket: { destroyed: false } } } as unknown as ApiCall;
        const made = [costly(call, () => ended), costly(call, () => ended)];
        const answers: Answer[] = [];
        const many = (path: string) =>
            Array.from({ length: 30 }, async () => {
                const answer = await api.ask('GET', path);
                answers.push(answer);
                return answer;
            });
        const reports = many('energy?unit=unit1');
        await time.eventually(() => answers.length === 30 - 8);
        // Files stand in the same line.
        const files = many('log?format=csv');
        await time.eventually(() => answers.length === 30 - 8 + 30);
        for (const { status, json, headers } of answers) {
            assert.deepEqual([status, json], [429, { error: 'busy', retryAfter: 5 }]);
            assert.equal(headers['retry-after'], '5');
        }
        end();
        await Promise.all(made);
        const count = async (asked: Promise<Answer>[]) =>
            (await Promise.all(asked)).filter(({ status }) => status === 200).length;
        assert.deepEqual([await count(reports), await count(files)], [8, 0]);
        assert.equal((await api.ask('GET', 'log?format=csv')).status, 200);
        assert.equal((await api.ask('GET', 'state')).status, 200);
        assert.equal((await api.ask('GET', 'energy?unit=unit1')).status, 200);
    });

    it('tells energy and power quality of a range', async () => {
        await api.load();
        await api.haveOutage();
        const to = time.clock.now();
        const range = `from=${to - 86_400_000}&to=${to}`;
        const energy = (await api.ask('GET', `energy?unit=unit1&${range}`)).json as unknown as EnergyReport;
        assert.ok(energy.total.kilowattHours! > 0 && energy.total.coverage < 1);
        const quality = (await api.ask('GET', `quality?${range}&nominal=230`)).json as unknown as QualityReport;
        assert.equal(quality.list.length, 1);
        assert.deepEqual(quality.limits!.low, 207);
        assert.match((await api.ask('GET', `quality?${range}&format=html`)).bytes.toString(), /EN 50160/);
        assert.equal((await api.ask('GET', `energy?unit=gone&${range}`)).status, 404);
        assert.equal((await api.ask('GET', `energy?from=${to}&to=${to - 1}`)).status, 400);
    });
});

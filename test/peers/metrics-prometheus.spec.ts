import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { servedUps, type ServedUps } from '../../lib/core/served/served-ups';
import { CONTENT_TYPES, formatFor, type MetricFormat } from '../../lib/protocols/metrics/exposition';
import { metricsPage, type Measured } from '../../lib/protocols/metrics/metrics';
import { nutExporterPage } from '../../lib/protocols/metrics/nut-exporter';
import { onBattery, onMains, UnitBench } from '../support/fake-ups';
import { freePort } from '../support/free-port';
import { requirePeer } from '../support/peers';

/** Asks again and again until the answer is yes. @throws after a minute */
async function until(answer: () => Promise<boolean>): Promise<void> {
    const end = Date.now() + 60_000;
    while (!(await answer())) {
        if (Date.now() > end) throw new Error(`did not happen: ${answer.toString()}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
}

const ODD = 'a "quoted"\n\\ name 🔋';

/** A site with all that can be measured, with odd names. */
function everything(): Measured {
    const bench = new UnitBench();
    bench.readFor(3, () =>
        onMains({
            identity: { manufacturer: 'ACME', model: ODD, serial: '\0\r', firmware: 'f'.repeat(1_000_000) },
            input: { lineBads: 3, lines: [{ voltage: 230, frequency: 50 }] },
            output: { source: 'normal', energy: 1.5, lines: [{ voltage: 230, load: 20, power: 200 }] },
            alarms: ['fan-failure'],
            test: { result: 'passed' },
            outlets: [{ id: ODD, on: true }],
            environment: { temperature: 20, humidity: 40, contacts: { [ODD]: true } },
            channels: { [ODD]: { value: 1e-9, unit: '°"' } },
        }),
    );
    const ups = servedUps(bench.unit, { name: ODD });
    bench.unit.destroy();
    const outage = new UnitBench();
    outage.readFor(3, onBattery);
    const second: ServedUps = { ...servedUps(outage.unit, { name: 'Hall' }), id: 'unit2' };
    outage.unit.destroy();
    const events = [{ id: 'alarm-high', level: 'alarm' }];
    return {
        version: '0.1.0',
        sites: [{ id: 's', name: ODD, dryRun: false }],
        upses: [
            { ups, outages: { count: 2, seconds: 61.25 } },
            { ups: { ...ups, id: 'twin' }, outages: { count: 0, seconds: 0 } },
            { ups: second },
        ],
        sensors: [
            { id: 'a', name: ODD, site: 'Hall', kind: 'sensor', value: 21.5, unit: '°C', events },
            { id: 'b', name: 'Door', site: 'Hall', kind: 'input', value: 0, unit: '', events: [] },
        ],
        batteries: [
            {
                id: 'c',
                name: ODD,
                site: 'Hall',
                up: true,
                blocks: 40,
                discharges: 2,
                strings: [{ string: 1, voltage: 540, charge: 98 }],
                events,
            },
        ],
        jobs: [
            {
                id: 'd',
                name: ODD,
                type: 'ups-rccmd',
                site: 'Hall',
                runs: { done: 1, failed: 0, ended: 0, rehearsed: 0 },
                last: { at: 1_767_225_660_500, ok: true },
            },
        ],
        servers: [{ id: 'e', name: ODD, type: 'ups-nut-server', clients: 9 }],
    };
}

describe('metrics, as promtool judges them', function () {
    this.timeout(60_000);
    let promtool: string;
    before(function () {
        promtool = requirePeer(this, 'promtool');
    });
    const judge = (page: string) => {
        const { status, stdout, stderr } = spawnSync(promtool, ['check', 'metrics'], { input: page, encoding: 'utf8' });
        assert.equal(status, 0, stdout + stderr);
    };

    it('have nothing wrong', () => judge(metricsPage(everything(), 'text')));

    it('have nothing wrong by the names of nut_exporter', () => {
        for (const { ups } of everything().upses) judge(nutExporterPage(ups, ups.name, 'text')!);
    });

    it('are judged at all', () => {
        const { status } = spawnSync(promtool, ['check', 'metrics'], { input: '# TYPE a counter\na 1\n' });
        assert.notEqual(status, 0);
    });
});

describe('metrics, as Prometheus scrapes them', function () {
    this.timeout(120_000);
    let prometheus: ChildProcess;
    let server: Server;
    let directory: string;
    let api: string;
    const asked: MetricFormat[] = [];

    before(async function () {
        const program = requirePeer(this, 'prometheus');
        const measured = everything();
        server = createServer((request, response) => {
            const format = request.url === '/text' ? 'text' : formatFor(request.headers.accept);
            asked.push(format);
            const { ups } = measured.upses[0]!;
            const page = request.url?.startsWith('/ups_metrics')
                ? nutExporterPage(ups, 'ups1', format)!
                : metricsPage(measured, format);
            response.setHeader('Content-Type', CONTENT_TYPES[format]);
            response.end(page);
        });
        await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
        const target = `127.0.0.1:${(server.address() as AddressInfo).port}`;
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-prometheus-'));
        const job = (name: string, path: string) => ({
            job_name: name,
            metrics_path: path,
            scrape_interval: '1s',
            static_configs: [{ targets: [target] }],
        });
        const config = {
            scrape_configs: [job('negotiated', '/m'), job('text', '/text'), job('exporter', '/ups_metrics')],
        };
        // YAML takes JSON.
        writeFileSync(join(directory, 'prometheus.yml'), JSON.stringify(config));
        const port = await freePort();
        api = `http://127.0.0.1:${port}/api/v1`;
        prometheus = spawn(
            program,
            [
                `--config.file=${join(directory, 'prometheus.yml')}`,
                `--storage.tsdb.path=${join(directory, 'data')}`,
                `--web.listen-address=127.0.0.1:${port}`,
            ],
            { stdio: 'ignore' },
        );
    });
    after(async () => {
        if (prometheus) {
            const gone = new Promise((done) => prometheus.once('exit', done));
            prometheus.kill();
            await gone;
        }
        server?.close();
        server?.closeAllConnections();
        if (directory) rmSync(directory, { recursive: true, force: true });
    });

    interface Target {
        labels: { job: string };
        health: string;
        lastError: string;
    }
    const get = async <T>(path: string): Promise<T | undefined> => {
        const response = await fetch(api + path).catch(() => undefined);
        return response?.ok ? ((await response.json()) as { data: T }).data : undefined;
    };
    const valuesOf = async (query: string) => {
        const data = await get<{ result: { metric: Record<string, string>; value: [number, string] }[] }>(
            `/query?query=${encodeURIComponent(query)}`,
        );
        return data?.result ?? [];
    };

    it('are up in both formats and at the path of nut_exporter, and it asked for OpenMetrics', async () => {
        let targets: Target[] = [];
        await until(async () => {
            targets = (await get<{ activeTargets: Target[] }>('/targets'))?.activeTargets ?? [];
            return targets.length === 3 && targets.every(({ health }) => health !== 'unknown');
        });
        assert.deepEqual(targets.map(({ labels, health, lastError }) => [labels.job, health, lastError]).sort(), [
            ['exporter', 'up', ''],
            ['negotiated', 'up', ''],
            ['text', 'up', ''],
        ]);
        assert.ok(asked.includes('openmetrics'));
    });

    it('arrive with the values and the names that were sent', async () => {
        await until(async () => (await valuesOf('ridethrough_ups_outages_total')).length === 4);
        const told = await valuesOf('ridethrough_ups_outage_seconds_total{job="negotiated"} > 0');
        assert.deepEqual(
            told.map(({ metric, value }) => [metric.site, value[1]]),
            [[ODD, '61.25']],
        );
        const flags = await valuesOf('network_ups_tools_ups_status == 1');
        assert.deepEqual(flags.map(({ metric }) => [metric.ups, metric.flag]).sort(), [
            ['ups1', 'ALARM'],
            ['ups1', 'OL'],
        ]);
    });
});

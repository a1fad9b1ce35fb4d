import { SystemClock } from '../../lib/core/clock';
import type { ServedUps } from '../../lib/core/served/served-ups';
import { HomeAssistantMode } from '../../lib/protocols/mqtt/home-assistant-mode';
import type { MqttMode } from '../../lib/protocols/mqtt/mode';
import { linksTo } from '../../lib/protocols/mqtt/mqtt-link';
import { PlainMode } from '../../lib/protocols/mqtt/plain-mode';
import { MqttServer } from '../../lib/protocols/mqtt/server';
import { deadbandsWith } from '../../lib/protocols/mqtt/told-values';
import { SparkplugMode } from '../../lib/protocols/sparkplug/sparkplug-mode';
import { servedSample } from '../../test/support/served-sample';
import type { ModeName } from '../mqtt';
import { delay } from './machine-clock';
import { serve } from './program';

/** Thousands of UPSs told to a broker, in a process of its own; see mqtt.ts. */

/** What the process took. */
export interface MqttCost {
    changes: number;
    messages: number;
    /** Of one core, %. */
    cpu: number;
    /** The most of the resident memory, bytes. */
    rss: number;
    /** The longest time that nothing else had its turn, ms. */
    longestTurnMs: number;
}

const LOOK_MS = 10;
const PROBE_MS = 5;

const clock = new SystemClock();
const upses = new Map<string, ServedUps>();
let server: MqttServer;

function modeOf(name: ModeName): MqttMode {
    const common = { commands: false, version: 'bench', now: () => clock.now() };
    const told = { ...common, topicPrefix: 'bench' };
    const deadbands = deadbandsWith([]);
    if (name === 'plain') return new PlainMode(told, deadbands);
    if (name === 'sparkplug')
        return new SparkplugMode({ ...common, group: 'G', node: 'N', primaryHost: '', nextBirth: () => 0 }, deadbands);
    return new HomeAssistantMode({ ...told, discoveryPrefix: 'homeassistant', supports: () => false }, deadbands);
}

function ups(id: string, n: number): ServedUps {
    const battery = { state: 'normal' as const, voltage: 54 + (n % 2), current: 0, temperature: 24.6 };
    return servedSample({ id, name: id, chargePercent: 50 + (n % 2) * 10 }, { time: clock.now(), battery });
}

serve({
    /** Resident memory before there is a server, bytes. */
    before: () => process.memoryUsage().rss,

    /** Resolves when all are told for the first time; until then, ms. */
    async start({ mode, port, count }: { mode: ModeName; port: number; count: number }): Promise<number> {
        const names = Array.from({ length: count }, (_, n) => ({ id: `u${n}`, level: `UPS_${n}` }));
        for (const { id } of names) upses.set(id, ups(id, 0));
        const broker = { url: `mqtt://127.0.0.1:${port}`, options: {}, host: '127.0.0.1', port };
        server = new MqttServer({
            ...{ clock, clientId: 'bench', mode: modeOf(mode), changed: () => undefined },
            open: linksTo(broker, () => clock.now()),
            serving: {
                upses: names,
                of: (id) => upses.get(id),
                order: () => Promise.reject(new Error('nobody commands')),
                refused: (reason) => {
                    throw new Error(reason);
                },
                left: { get: () => [], keep: () => undefined },
            },
        });
        const begun = performance.now();
        server.start();
        while (server.waiting.upses > 0 || server.published < count) await delay(LOOK_MS);
        return performance.now() - begun;
    },

    /** Another value of one UPS after the other. */
    async change({ perSecond, seconds }: { perSecond: number; seconds: number }): Promise<MqttCost> {
        let longestTurnMs = 0;
        let last = performance.now();
        const probe = setInterval(() => {
            const now = performance.now();
            longestTurnMs = Math.max(longestTurnMs, now - last - PROBE_MS);
            last = now;
        }, PROBE_MS);
        const before = server.published;
        const used = process.cpuUsage();
        const begun = performance.now();
        let [changes, rss] = [0, 0];
        while (performance.now() - begun < seconds * 1000) {
            const due = Math.floor(((performance.now() - begun) / 1000) * perSecond);
            for (; changes < due; changes++) {
                const id = `u${changes % upses.size}`;
                upses.set(id, ups(id, 1 + Math.floor(changes / upses.size)));
                server.touch(id);
            }
            rss = Math.max(rss, process.memoryUsage().rss);
            await delay(LOOK_MS);
        }
        clearInterval(probe);
        const { user, system } = process.cpuUsage(used);
        const cpu = (user + system) / 10 / (performance.now() - begun);
        return { changes, messages: server.published - before, cpu, rss, longestTurnMs };
    },
});

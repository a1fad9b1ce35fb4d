import type { Node, NodeAPI } from 'node-red';
import type { Clock, TimerHandle } from '../../lib/core/clock';
import type { AlarmId } from '../../lib/core/status/alarms';
import { UpsError } from '../../lib/core/errors';
import { said, type Told } from '../../lib/core/language/sentence';
import { loadWithin } from '../../lib/core/unit/unit-config';
import { SimulatedDriver } from '../../lib/simulation/simulated-driver';
import { SimulatedUps, type NamedLoadOptions, type SimulatedUpsSnapshot } from '../../lib/simulation/simulated-ups';
import { attachDevice, type DeviceConfig, type DeviceDeps } from '../shared/device/device';
import { flowOf } from '../shared/runtime/flow-of';
import { numberOr } from '../shared/settings/numbers';
import { asSentence, errorText } from '../shared/words/texts';

interface UpsSimulatorConfig extends DeviceConfig {
    holdMinutes: string | number;
    loadVA: string | number;
    ratedVA: string | number;
    rechargeMinutes: string | number;
    /** Simulated seconds per second; also the speed of the unit's timers. */
    speed: string | number;
    loads: { name: string; va: string | number; shutdownSeconds: string | number }[];
}

interface SavedLife {
    snapshot: SimulatedUpsSnapshot;
    /** The settings it was taken under: with others it starts anew. */
    nameplate: string;
    /** Epoch ms */
    at: number;
}

const SAVE_EVERY_MS = 2000;

export = (RED: NodeAPI) => {
    function UpsSimulator(this: Node, config: UpsSimulatorConfig) {
        RED.nodes.createNode(this, config);
        let ups: SimulatedUps | undefined;
        let save = () => {};
        const driver = attachDevice(RED, this, config, (deps) => {
            const speed = numberOr('speed', config.speed, 1, 0.001, 1000);
            deps.unitClock.setSpeed(speed);
            ups = make(deps, config);
            save = restoreAndKeep(this, ups, deps, flowOf(RED).clock);
            return new SimulatedDriver(
                ups,
                deps.unitClock,
                numberOr('interval', config.interval, 1, 0.05, 3600) * 1000,
            );
        });
        this.on('input', (message, _send, done) => {
            if (!ups || !driver) {
                done(asSentence(errorText(RED, new UpsError('config-missing', { property: 'ups' }))));
                return;
            }
            try {
                obey(ups, String(message.topic ?? ''), message.payload);
                save();
                driver.pollNow();
                done();
            } catch (error) {
                done(asSentence(errorText(RED, error)));
            }
        });
        this.on('close', (done: () => void) => {
            save();
            ups?.destroy();
            done();
        });
    }
    RED.nodes.registerType('ups-simulator', UpsSimulator as never);
};

function make({ unitClock }: DeviceDeps, config: UpsSimulatorConfig): SimulatedUps {
    const loads = (config.loads ?? []).map(({ name, va, shutdownSeconds }): NamedLoadOptions => ({
        name,
        va: numberOr(`loads ${name}`, va, 0),
        shutdownSeconds: numberOr(`loads ${name} shutdownSeconds`, shutdownSeconds, 0),
    }));
    const ratedVA = numberOr('ratedVA', config.ratedVA, 1000, 1);
    return new SimulatedUps(unitClock, {
        ratedVA,
        loadVA: loadWithin(numberOr('loadVA', config.loadVA, Math.min(1000, ratedVA), 1), ratedVA),
        holdMinutes: numberOr('holdMinutes', config.holdMinutes, 60, 0.01),
        rechargeMinutes: numberOr('rechargeMinutes', config.rechargeMinutes, 240, 0.01),
        ...(loads.length > 0 ? { loads } : {}),
    });
}

/** A real UPS lives on while our process is dead: so does this one, by the store. Returns what saves it now. */
function restoreAndKeep(node: Node, ups: SimulatedUps, { site, unitClock }: DeviceDeps, clock: Clock): () => void {
    if (!site) return () => {};
    const nameplate = JSON.stringify(ups.nameplate);
    const saved = site.store.getValue(node.id, 'life') as SavedLife | undefined;
    if (saved?.nameplate === nameplate) {
        ups.restore(saved.snapshot, Math.max(0, clock.now() - saved.at) * unitClock.speed);
    }
    const save = () => {
        const life: SavedLife = { snapshot: ups.snapshot(), nameplate, at: clock.now() };
        site.store.setValue(node.id, 'life', life);
    };
    let timer: TimerHandle;
    const saveAgain = () => {
        save();
        timer = clock.setTimeout(saveAgain, SAVE_EVERY_MS);
    };
    timer = clock.setTimeout(saveAgain, SAVE_EVERY_MS);
    node.on('close', () => clock.clearTimeout(timer));
    return save;
}

/** @throws UpsError payload-unknown, out-of-range */
function obey(ups: SimulatedUps, topic: string, payload: unknown): void {
    const on = payload === true || payload === 'on' || payload === 1;
    switch (topic) {
        case 'mains':
            return ups.setMains(on);
        case 'load':
            return ups.setLoad(isNamed(payload) ? namedLoad(ups, payload) : number(topic, payload));
        case 'charge':
            return ups.setCharge(number(topic, payload));
        case 'silent':
            ups.silent = on;
            return;
        case 'blind':
            ups.blind = on;
            return;
        case 'fault': {
            const fault = payload as { alarm?: AlarmId; on?: boolean };
            if (!fault?.alarm) throw unclear(`${topic} ${JSON.stringify(payload)}`, '{alarm, on}');
            return ups.setFault(fault.alarm, fault.on !== false);
        }
        case 'test':
            ups.execute({ type: 'test', test: payload === 'abort' ? 'abort' : 'quick' });
            return;
        default:
            throw unclear(topic, 'msg.topic mains, load, charge, fault, silent, blind, test');
    }
}

function isNamed(payload: unknown): payload is { name: string; on: boolean } {
    return typeof payload === 'object' && payload !== null && typeof (payload as { name?: unknown }).name === 'string';
}

function number(topic: string, payload: unknown): number {
    const value = Number(payload);
    if (payload === '' || payload === null || !Number.isFinite(value))
        throw unclear(`${topic} ${JSON.stringify(payload)}`, said('expected.number'));
    return value;
}

/** @throws UpsError payload-unknown */
function namedLoad(ups: SimulatedUps, { name, on }: { name: string; on: boolean }) {
    const names = ups.nameplate.loads.map((load) => load.name);
    if (!names.includes(name)) throw unclear(name, names.join(', ') || said('expected.loadVA'));
    return { name, on };
}

/** It is the message that is wrong, not a setting. */
function unclear(value: string, expected: Told): UpsError {
    return new UpsError('payload-unknown', { value: value.slice(0, 100), expected });
}

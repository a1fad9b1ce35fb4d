import type { Node, NodeAPI } from 'node-red';
import type { Clock, TimerHandle } from '../../lib/core/clock';
import type { AlarmId } from '../../lib/core/status/alarms';
import { UpsError } from '../../lib/core/errors';
import { said, type Told } from '../../lib/core/language/sentence';
import { shown } from '../../lib/core/quote';
import type { SettingsOf } from '../../lib/core/settings';
import { SimulatedDriver } from '../../lib/simulation/simulated-driver';
import { SimulatedUps, type SimulatedUpsSnapshot } from '../../lib/simulation/simulated-ups';
import { defineDevice, type DriverContext } from '../shared/device/define-device';
import { asSentence, errorText } from '../shared/words/texts';
import { settings } from './ups-simulator.settings';

interface SavedLife {
    snapshot: SimulatedUpsSnapshot;
    /** The settings of the snapshot: under other settings the simulation starts anew. */
    nameplate: string;
    /** Epoch ms */
    at: number;
}

const SAVE_EVERY_MS = 2000;

/** A simulated UPS, and the function that saves its state for the next start. */
interface Simulation {
    ups: SimulatedUps;
    save(): void;
}

export = (RED: NodeAPI) => {
    const simulations = new WeakMap<Node, Simulation>();
    defineDevice(RED, settings, {
        driver(own, { clock, deployed }) {
            // Without `triesNow`, a dialog never makes a driver of its own.
            if (!deployed) throw new UpsError('only-deployed');
            const { unitClock, node } = deployed;
            unitClock.setSpeed(own.speed);
            const ups = make(deployed, own);
            simulations.set(node, { ups, save: restoreAndKeep(ups, deployed, clock) });
            ups.adopt({ bootDelaySeconds: own.bootDelay });
            const dcVolts = own.output === 'dc' ? own.dcVolts : undefined;
            return new SimulatedDriver(ups, unitClock, own.interval * 1000, dcVolts);
        },
        onStart(node, driver) {
            const simulation = simulations.get(node);
            node.on('input', (message, _send, done) => {
                if (!simulation || !driver) {
                    done(asSentence(errorText(RED, new UpsError('config-missing', { property: 'ups' }))));
                    return;
                }
                try {
                    handleControl(simulation.ups, String(message.topic ?? ''), message.payload);
                    simulation.save();
                    driver.pollNow();
                    done();
                } catch (error) {
                    done(asSentence(errorText(RED, error)));
                }
            });
            node.on('close', (done: () => void) => {
                simulation?.save();
                simulation?.ups.destroy();
                done();
            });
        },
    });
};

function make({ unitClock }: DriverContext, own: SettingsOf<typeof settings>): SimulatedUps {
    const { ratedVA, loadVA = Math.min(1000, ratedVA), holdMinutes, rechargeMinutes, loads, output, dcVolts } = own;
    return new SimulatedUps(unitClock, {
        ratedVA,
        loadVA,
        holdMinutes,
        rechargeMinutes,
        ...(loads.length > 0 ? { loads } : {}),
        ...(output === 'dc' ? { batteryVoltage: dcVolts } : {}),
    });
}

/**
 * A real UPS keeps running while our process is dead; the simulated one does the same with the state in the store. @returns saves the state
 * now
 */
function restoreAndKeep(ups: SimulatedUps, { node, site, unitClock }: DriverContext, clock: Clock): () => void {
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
function handleControl(ups: SimulatedUps, topic: string, payload: unknown): void {
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
            if (!fault?.alarm) throw unclear(`${topic} ${shown(payload)}`, '{alarm, on}');
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
        throw unclear(`${topic} ${shown(payload)}`, said('expected.number'));
    return value;
}

/** @throws UpsError payload-unknown */
function namedLoad(ups: SimulatedUps, { name, on }: { name: string; on: boolean }) {
    const names = ups.nameplate.loads.map((load) => load.name);
    if (!names.includes(name)) throw unclear(name, names.join(', ') || said('expected.loadVA'));
    return { name, on };
}

/** The message is wrong, not a setting. */
function unclear(value: string, expected: Told): UpsError {
    return new UpsError('payload-unknown', { value: value.slice(0, 100), expected });
}

import type { Node, NodeAPI, NodeDef } from 'node-red';
import type { Clock } from '../../lib/core/clock';
import { UpsError } from '../../lib/core/errors';
import { AuxModule, powerUpOf, type PowerUp } from '../../lib/protocols/aux/aux-module';
import type { AuxBackend } from '../../lib/protocols/aux/backend';
import { GpioBackend } from '../../lib/protocols/aux/gpio-backend';
import { MemoryBackend } from '../../lib/protocols/aux/memory-backend';
import {
    modbusAddresses,
    modbusAuxPlace,
    ModbusBackend,
    type ModbusAuxSettings,
} from '../../lib/protocols/aux/modbus-backend';
import { SnmpBackend } from '../../lib/protocols/aux/snmp-backend';
import { assertPorts, type AuxPort } from '../../lib/protocols/aux/ports';
import { settingChoice, settingTick } from '../../lib/protocols/shared/setting-number';
import type { SnmpDriver } from '../../lib/protocols/snmp/driver';
import type { UpsAuxModuleNode } from '../shared/config/config-nodes';
import { flowOf, onePerFlow } from '../shared/runtime/flow-of';
import { modbusLinesOf } from '../shared/device/modbus-lines';
import { moduleUsersOf } from '../shared/config/module-users';
import { numberOr } from '../shared/settings/numbers';
import { whenStarted } from '../shared/runtime/started';
import { sameSettings } from '../shared/device/try-device';
import { registerTry, type TryRequest, type TryResult } from '../shared/admin/try-now';
import { errorText } from '../shared/words/texts';

interface UpsAuxModuleConfig extends NodeDef, ModbusAuxSettings {
    backend: 'modbus' | 'message' | 'simulated' | 'gpio' | 'snmp';
    ports: AuxPort[];
    /** Seconds between readings. */
    interval: string | number;
    /** `snmp`: id of an `ups-snmp`. */
    device: string;
    /** `gpio`: default /sys/class/gpio; not in the dialog. */
    gpioRoot?: string;
}

const BACKENDS = ['modbus', 'message', 'simulated', 'gpio', 'snmp'];

/** The power-up of each module, by its node id: a deploy is none. */
const powerUpsOf = onePerFlow(() => new Map<string, PowerUp>());

export = (RED: NodeAPI) => {
    function UpsAuxModule(this: UpsAuxModuleNode, config: UpsAuxModuleConfig) {
        RED.nodes.createNode(this, config);
        let make: () => AuxModule;
        let module: AuxModule;
        let powerUp: PowerUp;
        let closing = Promise.resolve();
        try {
            const ports = (config.ports ?? []).map(asPort);
            powerUp = powerUpsOf(RED).get(this.id) ?? powerUpOf(ports, flowOf(RED).clock);
            make = () => {
                const intervalMs = 1000 * numberOr('interval', config.interval, 1, 0.1, 3600);
                const backend = makeBackend(RED, config, ports);
                this.contacts = backend instanceof MemoryBackend ? backend : undefined;
                return new AuxModule({
                    name: config.name || 'AUX',
                    clock: flowOf(RED).clock,
                    intervalMs,
                    ports,
                    backend,
                    powerUp,
                    problem: (error) => this.warn(errorText(RED, error)),
                });
            };
            module = make();
            powerUpsOf(RED).set(this.id, powerUp);
        } catch (error) {
            this.fault = error;
            this.error(errorText(RED, error));
            return;
        }
        this.module = module;
        this.settings = config;
        let wanted = false;
        const open = () => {
            const next = module;
            wanted = true;
            // The line is free only when its last owner has let go of it.
            void closing.then(() => wanted && next.start());
        };
        const shut = () => {
            // What people reported is kept where there is no line to let go of.
            if (wanted || module.state.state === 'idle' || this.contacts || powerUp.pending.size) return;
            closing = module.stop().catch((error: Error) => this.warn(error.message));
            this.module = module = make();
        };
        let unwatch: (() => void) | undefined;
        let forget: (() => void) | undefined;
        whenStarted(RED, this, () => {
            // An output that is to be on at power-up needs nobody else.
            if (powerUp.pending.size) open();
            unwatch = moduleUsersOf(RED).watch(this.id, (used) => {
                if (used) return open();
                // No relay is let go of while a deploy replaces its users.
                wanted = powerUp.pending.size > 0;
                const { deploys } = flowOf(RED);
                if (deploys.underWay) forget = deploys.afterwards(shut);
                else shut();
            });
        });
        this.on('close', (done: () => void) => {
            unwatch?.();
            forget?.();
            Promise.all([closing, module.stop()]).then(
                () => done(),
                (error: Error) => {
                    this.warn(error.message);
                    done();
                },
            );
        });
    }
    registerTry(RED, 'ups-aux-module', (request) => readModule(RED, request));
    RED.nodes.registerType('ups-aux-module', UpsAuxModule as never);
};

/** Its ports as they stand now: by the running module if it has these settings, else by a connection of its own. */
async function readModule(RED: NodeAPI, { id, config: typed, signal }: TryRequest): Promise<TryResult> {
    const config = typed as unknown as UpsAuxModuleConfig;
    const own = RED.nodes.getNode(id) as UpsAuxModuleNode | null;
    const deployed = own?.settings && sameSettings(own.settings, typed) ? own.module : undefined;
    // One that nobody uses is not connected, and would never read; in memory and at pins there is no line to take from anybody.
    const hasNoLine = own?.contacts !== undefined || config.backend === 'gpio';
    if (deployed && (deployed.state.state !== 'idle' || hasNoLine)) {
        const letGo = moduleUsersOf(RED).use(id);
        try {
            await deployed.readNow(signal);
            return { rows: deployed.ports.map(({ name, on }) => ({ label: name, value: on ?? null })) };
        } finally {
            letGo();
        }
    }
    // Setting the direction of a line would already switch something.
    if (!['modbus', 'snmp', 'simulated'].includes(config.backend)) throw new UpsError('only-deployed');
    const ports = (config.ports ?? []).map(asPort);
    const backend = makeBackend(RED, config, ports);
    try {
        const states = await backend.read();
        return {
            rows: ports.map(({ name, nc }, index) => {
                const closed = states[index];
                return { label: name, value: closed === undefined ? null : closed !== nc };
            }),
        };
    } finally {
        await backend.close();
    }
}

/** Numbers come from the dialog as text. @throws UpsError config-invalid */
function asPort(port: AuxPort): AuxPort {
    const { name, output, nc, powerUp, powerUpDelay, address, values } = port;
    return {
        name: (name ?? '').trim(),
        output: settingTick('output', output, false),
        nc: settingTick('nc', nc, false),
        powerUp: settingTick('powerUp', powerUp, false),
        powerUpDelay: Number(powerUpDelay || 0),
        address: address === undefined || address === null ? '' : String(address).trim(),
        values: values ?? '',
    };
}

/** @throws UpsError config-missing, config-invalid */
function makeBackend(RED: NodeAPI, config: UpsAuxModuleConfig, ports: AuxPort[]): AuxBackend {
    assertPorts(ports);
    const kind = settingChoice('backend', config.backend, BACKENDS, 'modbus') as UpsAuxModuleConfig['backend'];
    switch (kind) {
        case 'message':
        case 'simulated':
            return new MemoryBackend(ports.length, kind);
        case 'gpio':
            return new GpioBackend(ports, (ms) => pause(flowOf(RED).clock, ms), config.gpioRoot || undefined);
        case 'modbus': {
            const place = modbusAuxPlace(config);
            const addresses = modbusAddresses(ports);
            // Taken last: what has been taken must be given back.
            return new ModbusBackend(flowOf(RED).clock, modbusLinesOf(RED).take(place), place, addresses);
        }
        case 'snmp': {
            if (!config.device) throw new UpsError('config-missing', { property: 'device' });
            const device = () => (RED.nodes.getNode(config.device) as (Node & { driver?: SnmpDriver }) | null)?.driver;
            return new SnmpBackend(device, ports);
        }
    }
}

function pause(clock: Clock, ms: number): Promise<void> {
    return new Promise((done) => {
        clock.setTimeout(done, ms);
    });
}

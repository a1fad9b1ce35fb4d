import type { Node, NodeAPI, NodeDef } from 'node-red';
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
import type { SnmpDriver } from '../../lib/protocols/snmp/driver';
import type { UpsAuxModuleNode } from '../shared/config-nodes';
import { isTicked } from '../shared/flags';
import { systemClock } from '../shared/hub';
import { modbusLines } from '../shared/modbus-lines';
import { numberOr } from '../shared/numbers';
import { sameSettings } from '../shared/try-device';
import { registerTry, type TryRequest, type TryResult } from '../shared/try-now';
import { whenStarted } from '../shared/started';
import { errorText } from '../shared/texts';

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

/** The power-up of each module in this process: a deploy is none. */
const powerUps = new Map<string, PowerUp>();

export = (RED: NodeAPI) => {
    function UpsAuxModule(this: UpsAuxModuleNode, config: UpsAuxModuleConfig) {
        RED.nodes.createNode(this, config);
        const ports = (config.ports ?? []).map(asPort);
        let module: AuxModule;
        try {
            const intervalMs = 1000 * numberOr('interval', config.interval, 1, 0.1, 3600);
            const backend = makeBackend(RED, config, ports);
            if (backend instanceof MemoryBackend) this.contacts = backend;
            const powerUp = powerUps.get(this.id) ?? powerUpOf(ports, systemClock);
            powerUps.set(this.id, powerUp);
            module = new AuxModule({
                name: config.name || 'AUX',
                clock: systemClock,
                intervalMs,
                ports,
                backend,
                powerUp,
                problem: (error) => this.warn(errorText(RED, error)),
            });
        } catch (error) {
            this.fault = error;
            this.error(errorText(RED, error));
            return;
        }
        this.module = module;
        this.settings = config;
        whenStarted(RED, this, () => module.start());
        this.on('close', (done: () => void) => {
            module.stop().then(done, (error: Error) => {
                this.warn(error.message);
                done();
            });
        });
    }
    registerTry(RED, 'ups-aux-module', (request) => readModule(RED, request));
    RED.nodes.registerType('ups-aux-module', UpsAuxModule as never);
};

/** Its ports as they stand now: by the running module if it has these settings, else by a connection of its own. */
async function readModule(RED: NodeAPI, { id, config: typed, signal }: TryRequest): Promise<TryResult> {
    const config = typed as unknown as UpsAuxModuleConfig;
    const own = RED.nodes.getNode(id) as UpsAuxModuleNode | null;
    if (own?.module && own.settings && sameSettings(own.settings, typed)) {
        await own.module.readNow(signal);
        return { rows: own.module.ports.map(({ name, on }) => ({ label: name, value: on ?? null })) };
    }
    // Setting the direction of a line would already switch something.
    if (!['modbus', 'snmp'].includes(config.backend)) throw new UpsError('only-deployed');
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

/** Numbers come from the dialog as text. */
function asPort(port: AuxPort): AuxPort {
    const { name, output, nc, powerUp, powerUpDelay, address } = port;
    return {
        name: (name ?? '').trim(),
        output: isTicked(output),
        nc: isTicked(nc),
        powerUp: isTicked(powerUp),
        powerUpDelay: Number(powerUpDelay || 0),
        address: address === undefined || address === null ? '' : String(address).trim(),
    };
}

/** @throws UpsError config-missing, config-invalid */
function makeBackend(RED: NodeAPI, config: UpsAuxModuleConfig, ports: AuxPort[]): AuxBackend {
    assertPorts(ports);
    switch (config.backend) {
        case 'message':
        case 'simulated':
            return new MemoryBackend(ports.length, config.backend);
        case 'gpio':
            return new GpioBackend(ports, pause, config.gpioRoot || undefined);
        case 'modbus': {
            const place = modbusAuxPlace(config);
            const addresses = modbusAddresses(ports);
            // Taken last: what has been taken must be given back.
            return new ModbusBackend(systemClock, modbusLines.take(place), place, addresses);
        }
        case 'snmp': {
            if (!config.device) throw new UpsError('config-missing', { property: 'device' });
            const device = () => (RED.nodes.getNode(config.device) as (Node & { driver?: SnmpDriver }) | null)?.driver;
            return new SnmpBackend(device, ports);
        }
        default:
            throw new UpsError('config-invalid', {
                property: 'backend',
                value: config.backend,
                expected: 'modbus message simulated gpio snmp',
            });
    }
}

function pause(ms: number): Promise<void> {
    return new Promise((done) => {
        systemClock.setTimeout(done, ms);
    });
}

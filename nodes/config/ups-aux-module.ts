import type { Node, NodeAPI } from 'node-red';
import type { Clock } from '../../lib/core/clock';
import { UpsError } from '../../lib/core/errors';
import { isBlank, readSettings, type SettingsOf } from '../../lib/core/settings';
import { AuxModule, powerUpOf, type PowerUp } from '../../lib/protocols/aux/aux-module';
import type { AuxBackend } from '../../lib/protocols/aux/backend';
import { BatteryBackend } from '../../lib/protocols/aux/battery-backend';
import { GpioBackend } from '../../lib/protocols/aux/gpio-backend';
import { MemoryBackend } from '../../lib/protocols/aux/memory-backend';
import { modbusAddresses, modbusAuxPlace, ModbusBackend } from '../../lib/protocols/aux/modbus-backend';
import { SnmpBackend } from '../../lib/protocols/aux/snmp-backend';
import type { SnmpDriver } from '../../lib/protocols/snmp/driver';
import type { UpsBatteryNode } from '../shared/config/battery-of';
import type { UpsAuxModuleNode } from '../shared/config/config-nodes';
import { registerDeclared } from '../shared/settings/define-node';
import { flowOf, onePerFlow } from '../shared/runtime/flow-of';
import { modbusLinesOf } from '../shared/device/modbus-lines';
import { moduleUsersOf } from '../shared/config/module-users';
import { PERSON } from '../shared/config/person-claims';
import { personPulsesOf } from '../shared/config/person-pulses';
import { sampleOutputs } from '../shared/config/site-samplers';
import { whenFlowsStarted } from '../shared/runtime/flow-start';
import { sameSettings } from '../shared/device/try-device';
import { registerTry, type TryRequest, type TryResult } from '../shared/admin/try-now';
import { errorText } from '../shared/words/texts';
import { settings } from './ups-aux-module.settings';

type Settings = SettingsOf<typeof settings>;

/** The power-up state of each module, by its node id: a deploy is not a power-up. */
const powerUpsOf = onePerFlow(() => new Map<string, PowerUp>());

export = (RED: NodeAPI) => {
    registerDeclared(RED, settings, (made, config) => {
        const node = made as UpsAuxModuleNode;
        let make: () => AuxModule;
        let module: AuxModule;
        let powerUp: PowerUp;
        let closing = Promise.resolve();
        try {
            const own = readModuleSettings(config);
            const { ports } = own;
            powerUp = powerUpsOf(RED).get(node.id) ?? powerUpOf(ports, flowOf(RED).clock);
            make = () => {
                const backend = makeBackend(RED, own, gpioRootOf(config));
                node.contacts = backend instanceof MemoryBackend ? backend : undefined;
                return new AuxModule({
                    name: own.name,
                    clock: flowOf(RED).clock,
                    intervalMs: own.interval * 1000,
                    ports,
                    backend,
                    powerUp,
                    problem: (error) => node.warn(errorText(RED, error)),
                });
            };
            module = make();
            powerUpsOf(RED).set(node.id, powerUp);
        } catch (error) {
            node.fault = error;
            node.error(errorText(RED, error));
            return;
        }
        node.module = module;
        node.settings = config;
        let wanted = false;
        let stopSampling: (() => void) | undefined;
        const open = () => {
            const next = module;
            wanted = true;
            stopSampling?.();
            stopSampling = sampleOutputs(flowOf(RED), { id: node.id, name: node.name || node.id }, next);
            // The line is free only when its last owner has closed it.
            void closing.then(() => wanted && next.start());
        };
        const shut = () => {
            // Reported contact states are kept if there is no line to close.
            if (wanted || module.state.state === 'idle' || node.contacts || powerUp.pending.size) return;
            stopSampling?.();
            closing = module.stop().catch((error: Error) => node.warn(error.message));
            node.module = module = make();
        };
        let unwatch: (() => void) | undefined;
        let forget: (() => void) | undefined;
        whenFlowsStarted(RED, node, () => {
            flowOf(RED).claims.restore(PERSON);
            personPulsesOf(RED).resume(node.id, (error) => node.warn(errorText(RED, error)));
            // An output that must be on at power-up needs no other user.
            if (powerUp.pending.size) open();
            unwatch = moduleUsersOf(RED).watch(node.id, (used) => {
                if (used) return open();
                // The relays stay connected while a deploy replaces their users.
                wanted = powerUp.pending.size > 0;
                const { deploys } = flowOf(RED);
                if (deploys.inProgress) forget = deploys.afterDeploy(shut);
                else shut();
            });
        });
        node.on('close', (done: () => void) => {
            unwatch?.();
            forget?.();
            stopSampling?.();
            personPulsesOf(RED).interrupt(node.id);
            Promise.all([closing, module.stop()]).then(
                () => done(),
                (error: Error) => {
                    node.warn(error.message);
                    done();
                },
            );
        });
    });
    registerTry(RED, 'ups-aux-module', (request) => readModule(RED, request));
};

/** Reads the present states of the ports: with the running module if it has the same settings, or else with a separate connection. */
async function readModule(RED: NodeAPI, { id, config, signal }: TryRequest): Promise<TryResult> {
    const own = RED.nodes.getNode(id) as UpsAuxModuleNode | null;
    const deployed = own?.settings && sameSettings(own.settings, config) ? own.module : undefined;
    // A module without users is not connected, and would never read. With memory and GPIO backends there is no line to share.
    const hasNoLine = own?.contacts !== undefined || (config.backend as unknown) === 'gpio';
    if (deployed && (deployed.state.state !== 'idle' || hasNoLine)) {
        const letGo = moduleUsersOf(RED).use(id);
        try {
            await deployed.readNow(signal);
            return { rows: deployed.ports.map(({ name, on }) => ({ label: name, value: on ?? null })) };
        } finally {
            letGo();
        }
    }
    const typed = readModuleSettings(config);
    const { ports } = typed;
    // Setting the direction of a GPIO line would already switch something.
    if (!['modbus', 'snmp', 'bacs', 'simulated'].includes(typed.backend)) throw new UpsError('only-deployed');
    const backend = makeBackend(RED, typed);
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

/** A module without a name is called AUX. @throws UpsError config-missing, config-invalid */
function readModuleSettings(config: object): Settings {
    const { name } = config as { name?: unknown };
    return readSettings(settings, { ...config, name: isBlank(name) ? 'AUX' : name });
}

/** The GPIO folder of the flow, which tests set; default /sys/class/gpio. The dialog has no field for it. */
function gpioRootOf(config: object): string | undefined {
    return (config as { gpioRoot?: string }).gpioRoot || undefined;
}

/** @throws UpsError config-invalid */
function makeBackend(RED: NodeAPI, own: Settings, gpioRoot?: string): AuxBackend {
    const { backend, ports } = own;
    switch (backend) {
        case 'message':
        case 'simulated':
            return new MemoryBackend(ports.length, backend);
        case 'gpio':
            return new GpioBackend(ports, (ms) => pause(flowOf(RED).clock, ms), gpioRoot);
        case 'modbus': {
            const place = modbusAuxPlace(own);
            const addresses = modbusAddresses(ports);
            // The line is taken last, because it must be given back after a failure.
            return new ModbusBackend(flowOf(RED).clock, modbusLinesOf(RED).take(place), place, addresses);
        }
        case 'bacs':
            return new BatteryBackend(() => (RED.nodes.getNode(own.battery) as UpsBatteryNode | null)?.battery, ports);
        case 'snmp': {
            const device = () => (RED.nodes.getNode(own.device) as (Node & { driver?: SnmpDriver }) | null)?.driver;
            return new SnmpBackend(device, ports);
        }
    }
}

function pause(clock: Clock, ms: number): Promise<void> {
    return new Promise((done) => {
        clock.setTimeout(done, ms);
    });
}

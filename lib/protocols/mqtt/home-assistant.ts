import type { UpsCommand } from '../../core/driver';
import type { Identity } from '../../core/status/status';
import type { Metric, Quantity } from './metrics';

/** One entity of Home Assistant, with the full names of its keys. */
export type Component = Readonly<Record<string, unknown>>;

/** What the discovery message of a UPS is made of. */
export interface Discovered {
    /** Of the `ups-unit`: names may change, and entities stay. */
    id: string;
    name: string;
    level: string;
    identity: Identity;
    location?: string;
    metrics: readonly Metric[];
    /** Commands that clients may send and the device knows; undefined: none may. */
    supports?: (command: UpsCommand) => boolean;
    topics: { state: string; status: string; availability: string; command: string };
    /** Of the package. */
    version: string;
}

type OfQuantity = readonly [deviceClass: string | undefined, stateClass: 'measurement' | 'total_increasing'];

/** Device classes of `sensor` (Home Assistant, integrations "Sensor" and "MQTT Sensor"). */
const OF_QUANTITY: Readonly<Record<Quantity, OfQuantity>> = {
    charge: ['battery', 'measurement'],
    duration: ['duration', 'measurement'],
    voltage: ['voltage', 'measurement'],
    current: ['current', 'measurement'],
    power: ['power', 'measurement'],
    'apparent-power': ['apparent_power', 'measurement'],
    frequency: ['frequency', 'measurement'],
    load: [undefined, 'measurement'],
    temperature: ['temperature', 'measurement'],
    humidity: ['humidity', 'measurement'],
    energy: ['energy', 'total_increasing'],
};

/** Device classes of `binary_sensor`: on means a problem, a low battery, a process that runs. */
const OF_FLAG: Readonly<Record<string, string>> = {
    communication_lost: 'problem',
    on_battery: 'problem',
    battery_low: 'battery',
    battery_test: 'running',
    alarm: 'problem',
};

/** What a person looks for when something is wrong. */
const DIAGNOSTIC = new Set(['knowledge', 'communication_lost', 'battery_state', 'battery_condition', 'test_result']);

/** Buttons, by the key of their entity. Others are commands of the command topic alone: nobody ends the supply by a slip of the finger. */
const BUTTONS: readonly (readonly [key: string, title: string, command: UpsCommand])[] = [
    ['test_quick', 'Quick test', { type: 'test', test: 'quick' }],
    ['test_battery', 'Battery test', { type: 'test', test: 'battery' }],
    ['test_abort', 'Abort test', { type: 'test', test: 'abort' }],
    ['mute', 'Mute', { type: 'buzzer', state: 'mute' }],
    ['abort_shutdown', 'Abort shutdown', { type: 'abort-shutdown' }],
];

/** Only these are sure in ids, topics of discovery and entity ids. */
export function plainId(text: string): string {
    const plain = text
        .normalize('NFKD')
        .replaceAll(/\p{M}/gu, '')
        .replaceAll(/[^A-Za-z0-9]+/g, '_');
    return plain.toLowerCase().replaceAll(/^_+|_+$/g, '') || '_';
}

/** The id of a UPS as a device of Home Assistant. Two nodes never have one: an id with other characters is written as hexadecimal octets. */
export function deviceId(id: string): string {
    return `ridethrough_${/^[a-z0-9]+$/.test(id) ? id : `x-${Buffer.from(id).toString('hex')}`}`;
}

/**
 * The discovery message of one device with all of its entities (Home Assistant, integration "MQTT", "Device discovery"): `dev`, `o` and `cmps` are
 * required. An entity is known by its `unique_id`; `default_entity_id` is only its first id.
 */
export function discovery(of: Discovered): object {
    const { manufacturer, model, serial, firmware } = of.identity;
    const device = deviceId(of.id);
    return {
        dev: {
            identifiers: [device],
            name: of.name,
            ...(manufacturer && { manufacturer }),
            ...(model && { model }),
            ...(serial && { serial_number: serial }),
            ...(firmware && { sw_version: firmware }),
            ...(of.location && { suggested_area: of.location }),
        },
        o: { name: 'Ridethrough', sw_version: of.version },
        cmps: Object.fromEntries(components(of, device)),
        state_topic: of.topics.status,
        availability: [{ topic: of.topics.state }, { topic: of.topics.availability }],
        availability_mode: 'all',
    };
}

function components(of: Discovered, device: string): [string, Component][] {
    const { supports, topics } = of;
    const entity = (platform: string, key: string, name: string): Record<string, unknown> => ({
        platform,
        unique_id: `${device}_${key}`,
        default_entity_id: `${platform}.${plainId(of.level)}_${plainId(key)}`,
        name,
    });
    const all = of.metrics.map((metric): [string, Component] => {
        const { key, kind, quantity, unit, title, outlet } = metric;
        const category = DIAGNOSTIC.has(key) && { entity_category: 'diagnostic' };
        if (outlet !== undefined && supports && switches(outlet).every(supports)) {
            const [on, off] = switches(outlet).map((command) => JSON.stringify(command));
            return [
                key,
                {
                    ...entity('switch', key, title),
                    value_template: flagTemplate(key),
                    state_on: 'ON',
                    state_off: 'OFF',
                    command_topic: topics.command,
                    payload_on: on,
                    payload_off: off,
                    qos: 1,
                },
            ];
        }
        if (kind === 'boolean') {
            const flag = OF_FLAG[key] && { device_class: OF_FLAG[key] };
            const told = { value_template: flagTemplate(key), payload_on: 'ON', payload_off: 'OFF' };
            return [key, { ...entity('binary_sensor', key, title), ...told, ...flag, ...category }];
        }
        const [deviceClass, stateClass] = quantity ? OF_QUANTITY[quantity] : [undefined, 'measurement'];
        return [
            key,
            {
                ...entity('sensor', key, title),
                value_template: valueTemplate(key),
                ...(unit && { unit_of_measurement: unit }),
                ...(deviceClass && { device_class: deviceClass }),
                ...(kind === 'number' && { state_class: stateClass }),
                ...category,
            },
        ];
    });
    const buttons = BUTTONS.flatMap(([key, title, command]): [string, Component][] => {
        if (!supports?.(command)) return [];
        const pressed = { command_topic: topics.command, payload_press: JSON.stringify(command), qos: 1 };
        return [[key, { ...entity('button', key, title), ...pressed }]];
    });
    return [...all, ...buttons];
}

function switches(outlet: string): [UpsCommand, UpsCommand] {
    return [
        { type: 'outlet', outlet, action: 'on' },
        { type: 'outlet', outlet, action: 'off' },
    ];
}

/** `None` is what entities take for unknown. */
function valueTemplate(key: string): string {
    return key === 'events'
        ? "{{ value_json.events | join(', ') }}"
        : `{{ value_json[${quote(key)}] | default('None') }}`;
}

function flagTemplate(key: string): string {
    const value = `value_json[${quote(key)}]`;
    return `{{ 'None' if ${value} is not defined else 'ON' if ${value} else 'OFF' }}`;
}

function quote(key: string): string {
    return `'${key.replaceAll(/['\\]/g, '')}'`;
}

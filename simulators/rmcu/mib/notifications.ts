import type { RmcuDevice } from '../device';
import { ANALOG_CHANNELS, INPUT_NUMBERS } from '../settings';
import type { CarriedObject, MibNotification } from './model';

/** What a trap can tell of an alarm: none, or which one. */
const TRAP_STATES = { 0: 'normal', 1: 'under', 2: 'over', 3: 'alarm' } as const;

/**
 * Traps of the boot, of temperature, analog and digital alarms (RMCU manual, "SNMP Traps Setup"), and the test trap of the network page. That the end
 * of an alarm sends a trap, too, and that the AC line counts as analog, is inferred.
 */
export function notifications(prefix: string): MibNotification[] {
    const alarm = [`${prefix}TrapSite`, `${prefix}TrapChannel`, `${prefix}TrapValue`, `${prefix}TrapState`];
    const site = [`${prefix}TrapSite`];
    return [
        { what: 'boot', name: `${prefix}BootTrap`, number: 1, description: 'The unit has started.', carries: site },
        {
            what: 'temperature',
            name: `${prefix}TemperatureTrap`,
            number: 2,
            description: 'A temperature alarm has begun or ended.',
            carries: alarm,
        },
        {
            what: 'analog',
            name: `${prefix}AnalogTrap`,
            number: 3,
            description: 'An alarm of the AC line or of an analog input has begun or ended.',
            carries: alarm,
        },
        {
            what: 'digital',
            name: `${prefix}DigitalTrap`,
            number: 4,
            description: 'An alarm of a digital input has begun or ended.',
            carries: alarm,
        },
        {
            what: 'test',
            name: `${prefix}TestTrap`,
            number: 5,
            description: 'Somebody asked for a test.',
            carries: site,
        },
    ];
}

/** @param node OID below which the carried objects are */
export function carriedObjects(device: RmcuDevice, prefix: string, node: string): CarriedObject[] {
    const { settings } = device;
    const text = { kind: 'text', most: 63 } as const;
    return [
        {
            name: `${prefix}TrapSite`,
            oid: `${node}.1`,
            syntax: text,
            description: 'Name of the site.',
            of: () => settings.siteName,
        },
        {
            name: `${prefix}TrapChannel`,
            oid: `${node}.2`,
            syntax: text,
            description: 'Name of the channel.',
            of: ({ edge }) => {
                if (!edge) return undefined;
                const analog = ANALOG_CHANNELS.find((channel) => channel === edge.channel);
                const input = INPUT_NUMBERS.find((each) => edge.channel === `input-${each}`);
                const name = analog ? settings.analog[analog].name : settings.inputs[input ?? 1].name;
                return name || edge.channel;
            },
        },
        {
            name: `${prefix}TrapValue`,
            oid: `${node}.3`,
            syntax: text,
            description: 'Value of the channel with its unit, or its state.',
            of: ({ edge }) => {
                if (!edge) return undefined;
                const analog = ANALOG_CHANNELS.find((channel) => channel === edge.channel);
                return analog ? device.display.analogText(analog) : String(edge.value).toUpperCase();
            },
        },
        {
            name: `${prefix}TrapState`,
            oid: `${node}.4`,
            syntax: { kind: 'state', states: TRAP_STATES },
            description: 'Which alarm has begun; normal: it has ended.',
            of: ({ edge }) => {
                if (!edge) return undefined;
                if (!edge.active) return 0;
                return { under: 1, over: 2, digital: 3 }[edge.kind];
            },
        },
    ];
}

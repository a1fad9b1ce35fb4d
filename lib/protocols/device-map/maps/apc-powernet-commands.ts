import type { MapCommand } from '../device-map';
import { UPS } from './apc-powernet-oids';
import { rows } from './parts';

/** upsAdvConfigReturnDelay and upsAdvConfigShutoffDelay: TimeTicks, settings that stay. */
const RETURN_DELAY = `${UPS}.5.2.9.0`;
const SHUTOFF_DELAY = `${UPS}.5.2.10.0`;
const ALARM = `${UPS}.5.2.4.0`;
const TEST: MapCommand['set'] = [{ at: { oid: `${UPS}.7.2.2.0` }, value: 2 }];
const TESTING: MapCommand['shows'] = { at: { oid: `${UPS}.7.2.3.0` }, values: [4] };
const OUTLET = rows(`${UPS}.12.3.2.1.3`);
const OUTLET_STATE = rows(`${UPS}.12.1.2.1.3`);

const ticks = (oid: string, of: 'seconds' | 'restoreSeconds'): MapCommand['set'][number] => ({
    at: { oid },
    type: 'ticks',
    value: { of, scale: 100, min: 0, max: 42_949_672 },
});

/**
 * Commands of PowerNet. A shutdown is upsAdvControlUpsOff 3 (gracefully): off after the shutoff delay. With a return it is
 * upsAdvControlRebootShutdownUps 3: on again after the return delay, once the mains are present. The delays are written before it. "Gracefully"
 * also means that the card first tells its PowerChute clients. The UPS turns a delay into the next longer one that it has.
 *
 * Not offered: taking back a shutdown (there is no object), switching on after a delay (upsAdvControlTurnOnUPS acts at once), a test until the
 * battery is low (the calibration has no result of its own that says passed), ending a test (upsAdvTestRuntimeCalibration ends calibrations only).
 */
export const APC_COMMANDS: MapCommand[] = [
    // Whichever test of the battery is asked for: the UPS has one (upsAdvTestDiagnostics).
    { does: 'test.battery', set: TEST, shows: TESTING },
    { does: 'test.quick', set: TEST, shows: TESTING },
    { does: 'test.self', set: TEST, shows: TESTING },
    // upsAdvConfigAlarm: 1 timed, 3 never, 4 muted until the next alarm.
    { does: 'buzzer.on', set: [{ at: { oid: ALARM }, value: 1 }], shows: { at: { oid: ALARM }, values: [1] } },
    { does: 'buzzer.off', set: [{ at: { oid: ALARM }, value: 3 }], shows: { at: { oid: ALARM }, values: [3] } },
    { does: 'buzzer.mute', set: [{ at: { oid: ALARM }, value: 4 }], shows: { at: { oid: ALARM }, values: [4] } },
    {
        does: 'shutdown.output',
        set: [ticks(SHUTOFF_DELAY, 'seconds'), { at: { oid: `${UPS}.6.2.1.0` }, value: 3 }],
    },
    {
        does: 'shutdown.output.restore',
        set: [
            ticks(RETURN_DELAY, 'restoreSeconds'),
            ticks(SHUTOFF_DELAY, 'seconds'),
            { at: { oid: `${UPS}.6.2.2.0` }, value: 3 },
        ],
    },
    // At once (2), and on again after the return delay.
    {
        does: 'reboot',
        set: [ticks(RETURN_DELAY, 'seconds'), { at: { oid: `${UPS}.6.2.2.0` }, value: 2 }],
    },
    // upsOutletGroupControlCommand: 1 on, 2 off, 3 off and on again, each at once.
    { does: 'outlet.on', set: [{ at: OUTLET, value: 1 }], shows: { at: OUTLET_STATE, values: [1] } },
    { does: 'outlet.off', set: [{ at: OUTLET, value: 2 }], shows: { at: OUTLET_STATE, values: [2] } },
    { does: 'outlet.cycle', set: [{ at: OUTLET, value: 3 }] },
];

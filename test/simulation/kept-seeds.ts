/** Seeds that once showed a fault of the engine, with what it was. They are played by the spec for ever. */
export const KEPT_SEEDS: readonly (readonly [seed: number, fault: string])[] = [
    [40401, 'an outage soon after another one passed unseen, where the device names the battery late'],
    [44188, 'a shutdown that a kill had interrupted stood nowhere in the log once its node was disabled'],
    [31471, 'a second look within the same millisecond counted as a part of the first one'],
    [31663, 'an abort that came just after the UPS had gone off took back its return, over NUT'],
    [33880, 'the same where hosts had lost their supply'],
    [34558, 'the same over SNMP'],
    [63286, 'an owed wake-up ran while the job in front of it still waited for the output of the UPS'],
    [67430, 'a reading that lacked the input ended an outage that the dead input had shown'],
    [70502, 'a runtime in doubt was replaced by our own estimate, which shut down before its time'],
    [71858, 'rows of an alarm table that were read before the alarms ended stayed for ever beside a count of 0'],
];

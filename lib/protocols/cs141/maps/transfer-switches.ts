import { u, type RegisterMap } from './register';

export const transferSwitchesMap: RegisterMap = {
    id: 'transfer-switches',
    title: 'Transfer switches (all but PILLER and STS TUMEL)',
    section: 'Section Transfer Switches (All Transfer Switch vendors, except PILLER, STS TUMEL)',
    kind: 'transfer-switch',
    registers: [
        u(1, 'Sources Asynchronous', 'alarm.vendor:sources asynchronous'),
        u(2, 'Static Switch A Failure', 'alarm.vendor:static switch A failure'),
        u(3, 'Static Switch B Failure', 'alarm.vendor:static switch B failure'),
        u(4, 'On Static Switch A', 'flag.on static switch A'),
        u(5, 'On Static Switch B', 'flag.on static switch B'),
        u(6, 'On Manual Bypass A', 'flag.on manual bypass A'),
        u(7, 'On Manual Bypass A', 'flag.on manual bypass B', { note: 'printed as bypass A' }),
        u(8, 'Source A Failure', 'alarm.vendor:source A failure'),
        u(9, 'Source B Failure', 'alarm.vendor:source B failure'),
        u(10, 'General Fault', 'alarm.general-fault'),
        u(11, 'Redundancy Lost', 'alarm.redundancy-lost'),
        u(12, 'Output Overload', 'alarm.output-overload'),
        u(13, 'Output Failure', 'alarm.output-bad'),
    ],
};

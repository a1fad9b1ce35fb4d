import type { IniMapping } from '../../../../lib/protocols/ini/ini-settings';

/** A file as a program might write it; keys and their names are made up. */
export const PLAIN = `; exported by a program
[Battery]
BufferThreshold=21,6
ChargeCurrent = 0,5
BatterySelection="DURA ECO LA-BAT 24V 7AH"
DeepDischargeThreshold=19,20
MaxBufferTime=10   ; seconds
DODProtection=1
DOD=0

[PC]
DelayTime=10
ShutDownTime=20
IdleTime=30
Vendor.Flag=yes
`;

export const MAPPING: IniMapping[] = [
    { setting: 'bufferThreshold', section: 'Battery', key: 'BufferThreshold' },
    { setting: 'chargeCurrent', section: 'Battery', key: 'ChargeCurrent' },
    { setting: 'batterySelection', section: 'Battery', key: 'BatterySelection' },
    { setting: 'deepDischargeThreshold', section: 'Battery', key: 'DeepDischargeThreshold' },
    { setting: 'maxBufferSeconds', section: 'Battery', key: 'MaxBufferTime' },
    { setting: 'dodProtection', section: 'Battery', key: 'DODProtection', values: { 1: 'on', 0: 'off' } },
    { setting: 'dodUnit', section: 'Battery', key: 'DOD', values: { 0: 'V', 1: '%' } },
    { setting: 'delaySeconds', section: 'PC', key: 'DelayTime' },
    { setting: 'shutdownSeconds', section: 'PC', key: 'ShutDownTime' },
    { setting: 'idleSeconds', section: 'PC', key: 'IdleTime' },
];

/** Twenty ways to write such files. */
export const FILES: readonly string[] = [
    PLAIN,
    PLAIN.replaceAll('\n', '\r\n'),
    PLAIN.replaceAll('\n', '\r'),
    PLAIN.trimEnd(),
    `\n\n\n${PLAIN}\n\n`,
    PLAIN.replace('\n[PC]', '\r\n[PC]\r'),
    'a=1',
    'a=1\n',
    '[s]\na=\n',
    '  [ s ]  ; comment\n\tkey\t=\tvalue\t\n',
    'a="x" ; y\nb=\'z\'\nc="" # empty\n',
    'a=x;y#z\nb= ; nothing\nc=1 ;; 2\n',
    'a = "no end\nb = it\'s\nc="x" y\n',
    '# \u00c4nderung\nGr\u00f6\u00dfe=5\nZeichen=\u00b0\u00b5\u00df\u00ff\n',
    'stray line\nanother\n[s]\na=1\n]\n=5\n',
    '[s]\na=1\n[t]\na=2\n[s]\nb=3\n',
    'a=b=c=d\nurl=http://h/?x=1&y=2\n',
    'a=1\x1a',
    `${'k'.repeat(500)}=${'v'.repeat(5000)}\n`,
    Array.from({ length: 1000 }, (_, at) => `key${at}=${at},${at}\r\n`).join(''),
];

const swapped = (text: string) => Buffer.from(text, 'utf16le').swap16();

/** Five encodings, those of Unicode with a mark as well. */
export const ENCODINGS: Readonly<Record<string, (text: string) => Buffer>> = {
    'UTF-8': (text) => Buffer.from(text),
    'UTF-8 with a mark': (text) => Buffer.from(`\ufeff${text}`),
    'UTF-16 little endian': (text) => Buffer.from(text, 'utf16le'),
    'UTF-16 little endian with a mark': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
    'UTF-16 big endian': swapped,
    'UTF-16 big endian with a mark': (text) => swapped(`\ufeff${text}`),
    'Latin-1': (text) => Buffer.from(text, 'latin1'),
};

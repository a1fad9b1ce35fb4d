import assert from 'node:assert/strict';
import { isDataId } from '../../../../lib/core/syslog/parameters';
import { encodeSyslog, type SyslogEntry } from '../../../../lib/protocols/syslog/message';
import { frame } from '../../../../lib/protocols/syslog/sender';

const ENTRY: SyslogEntry = {
    facility: 'local0',
    severity: 'crit',
    at: Date.UTC(2026, 0, 5, 3, 4, 5, 678),
    hostname: 'gate.example.org',
    appName: 'ridethrough',
    processId: 42,
    messageId: 'power-fail',
    data: { id: 'ridethrough@32473', params: { source: 'UPS "1" [cellar]\\', active: true, unit: undefined } },
    text: 'Mains failed: 230\u00a0V → 0\nsince 03:04',
};

describe('syslog messages', () => {
    it('by RFC 5424: priority, UTC time, escaped structured data, BOM, one line', () => {
        assert.equal(
            encodeSyslog('rfc5424', ENTRY).toString('utf8'),
            '<130>1 2026-01-05T03:04:05.678Z gate.example.org ridethrough 42 power-fail ' +
                '[ridethrough@32473 source="UPS \\"1\\" [cellar\\]\\\\" active="true"] ' +
                '\uFEFFMains failed: 230\u00a0V → 0 | since 03:04',
        );
    });

    it('by RFC 5424: nil values, and names that fit', () => {
        const bare = { ...ENTRY, hostname: '', appName: 'Küche 1', messageId: undefined, data: undefined, text: 'x' };
        assert.match(encodeSyslog('rfc5424', bare).toString('utf8'), / - K_che_1 42 - - \uFEFFx$/);
    });

    it('by RFC 3164: local time, tag, short host name', () => {
        const text = encodeSyslog('rfc3164', ENTRY).toString('utf8');
        assert.match(
            text,
            /^<130>Jan {2}5 \d\d:04:05 gate ridethrough\[42\]: Mains failed: 230\u00a0V → 0 \| since 03:04$/,
        );
    });

    it('are cut in the text, at the length that receivers take, never inside a character', () => {
        for (const [format, most] of [
            ['rfc3164', 1024],
            ['rfc5424', 8192],
        ] as const) {
            const bytes = encodeSyslog(format, { ...ENTRY, text: '→'.repeat(5000) });
            assert.ok(bytes.length <= most && bytes.length > most - 6, `${bytes.length}`);
            assert.doesNotMatch(bytes.toString('utf8'), /\uFFFD/);
            assert.match(bytes.toString('utf8'), /→…$/, 'a reader sees that there was more');
        }
    });

    it('keep header and structured data whole, however long the values and the text are', () => {
        const long = '"]\\😀'.repeat(3000);
        const names = Array.from({ length: 40 }, (_, n) => `p${n}`);
        const params = Object.fromEntries(names.map((name) => [name, long]));
        const bytes = encodeSyslog('rfc5424', {
            ...ENTRY,
            hostname: 'h'.repeat(3000),
            appName: 'a'.repeat(3000),
            messageId: 'm'.repeat(3000),
            data: { id: 'ridethrough@32473', params: { event: 'power-fail', ...params, last: 'short' } },
            text: '→'.repeat(5000),
        });
        assert.ok(bytes.length <= 8192);
        const text = bytes.toString('utf8');
        assert.doesNotMatch(text, /\uFFFD/);
        const value = '"(?:[^"\\\\\\]]|\\\\["\\\\\\]])*"';
        const whole = new RegExp(
            `^<130>1 \\S+ h{255} a{48} 42 m{32} \\[ridethrough@32473 event="power-fail"( p\\d+=${value})+ last="short"\\] \uFEFF→+…$`,
            'u',
        );
        assert.match(text, whole);
        assert.ok((text.match(/→/g) ?? []).length > 1000, 'the text has the greater part');
    });

    it('by RFC 3164: an address is told whole, for it has no domain', () => {
        for (const [hostname, told] of [
            ['192.0.2.10', '192.0.2.10'],
            ['2001:db8::1', '2001:db8::1'],
            ['[2001:db8::1]', '2001:db8::1'],
            ['gate.example.org', 'gate'],
            ['10.example.org', '10'],
        ] as const) {
            const text = encodeSyslog('rfc3164', { ...ENTRY, hostname }).toString();
            assert.equal(/^<130>.{15} (\S+) ridethrough/.exec(text)?.[1], told);
        }
    });

    it('have every facility and severity of the RFC', () => {
        const of = (facility: SyslogEntry['facility'], severity: SyslogEntry['severity']) =>
            /^<(\d+)>/.exec(encodeSyslog('rfc5424', { ...ENTRY, facility, severity }).toString())?.[1];
        assert.equal(of('kern', 'emerg'), '0');
        assert.equal(of('cron', 'warning'), '76');
        assert.equal(of('local7', 'debug'), '191');
    });

    it('are framed by octets or by lines', () => {
        const message = Buffer.from('<1>→');
        assert.equal(frame(message, 'octets').toString(), '6 <1>→');
        assert.equal(frame(message, 'lines').toString(), '<1>→\n');
    });

    it('take only ids of structured data that the RFC allows', () => {
        assert.ok(isDataId('ridethrough@32473'));
        for (const id of ['ridethrough', 'a b@1', 'x@y', '@1', 'a=b@1', 'größe@1', 'a\x07@1', 'a"@1', 'a]@1'])
            assert.ok(!isDataId(id), id);
    });
});

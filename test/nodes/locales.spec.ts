import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { UpsErrorCode } from '../../lib/core/errors';
import { UPS_EVENTS } from '../../lib/core/events/ids';
import { LANGUAGES, PLUGIN, catalogue, english, leaves, nodes, placeholders, read, root } from './editor/contract';

const ERROR_CODES: Record<UpsErrorCode, string[]> = {
    'config-missing': ['property'],
    'config-invalid': ['property', 'value', 'expected'],
    'payload-unknown': ['value', 'expected'],
    'not-supported': ['device', 'command'],
    'device-silent': ['host'],
    'only-echo': ['host'],
    'device-refused': ['host', 'reason'],
    'outages-unseen': ['host', 'map'],
    'debounce-too-short': ['host', 'ms', 'debounce'],
    'access-denied': ['host'],
    protocol: ['reason'],
    'file-refused': ['reason'],
    'out-of-range': ['property', 'value', 'min', 'max'],
    'setting-refused': ['property', 'reason'],
    'no-device': ['ups'],
    'ups-silent': ['ups', 'cause'],
    'module-faulty': ['module', 'cause'],
    'not-a-number': ['property', 'value'],
    'state-unknown': ['ups', 'outlet'],
    'equalizing-stays': ['battery', 'state'],
    'outlet-stays': ['ups', 'outlet', 'state'],
    'no-such-state': ['channel', 'state', 'states'],
    'unit-differs': ['channel', 'unit', 'expected'],
    'channel-no-number': ['channel', 'value'],
    'no-channel': ['channel', 'known'],
    'reading-out-of-range': ['value'],
    'busy-elsewhere': ['place'],
    'only-deployed': [],
    'port-in-use': ['port', 'address'],
    'port-forbidden': ['port'],
    'store-in-use': ['file'],
    'store-damaged': ['file', 'keptAs'],
    'series-damaged': ['file', 'quantity', 'at'],
    'store-failed': ['file', 'reason'],
    'store-no-locks': ['file'],
    'cut-short': ['time'],
    'store-moved': ['file'],
    'host-unreachable': ['host', 'reason'],
    'certificate-time': ['host', 'time'],
    'certificate-refused': ['host', 'reason'],
    'sim-locked': ['host', 'reason'],
    'recipients-failed': ['failed', 'total', 'first'],
    'hosts-failed': ['failed', 'total', 'first'],
    'mail-refused': ['reason'],
    'mail-unreachable': ['host', 'reason'],
    'mail-busy': ['host', 'reason'],
    'mail-login-refused': ['host', 'reason'],
    'mail-basic-off': ['host', 'reason'],
    'mail-app-password': ['host', 'reason'],
    'mail-sender-refused': ['host', 'reason'],
    'mail-account-blocked': ['host', 'reason'],
    'mail-utf8': ['host', 'address'],
    'mail-token-refused': ['host', 'reason'],
    'mail-client-refused': ['host', 'reason'],
    'mail-token-unreachable': ['host', 'reason'],
    'mail-token-address': ['url', 'reason'],
    'mail-no-oauth': ['host', 'reason'],
    'call-unanswered': ['host', 'reason'],
    'call-unsigned': ['host'],
    'call-refused': ['host', 'reason'],
    'clock-skew': ['host', 'seconds'],
    'command-not-allowed': ['command'],
    'command-failed': ['command', 'reason'],
    interrupted: ['since'],
    'event-over': ['done', 'total'],
    'mains-failed-again': ['done', 'total'],
    'on-mains': ['ups'],
    superseded: ['done', 'total'],
    aborted: ['done', 'total'],
    'no-step': [],
    'step-has-run': ['job'],
    'step-not-held': ['job'],
    'step-not-running': ['job'],
    'step-counter-job': ['job'],
    'step-unsettled': ['job'],
    'no-site': ['site'],
    'watching-elsewhere': ['site'],
    'in-maintenance': ['who', 'time'],
    'maintenance-past': ['time'],
    'maintenance-too-long': ['days'],
    'no-alarm': [],
    'test-on-battery': ['ups'],
    'test-low-load': ['ups', 'percent', 'least'],
    'gate-not-open': ['ups', 'seconds', 'missing'],
    'not-woken': ['host', 'asked', 'seconds'],
    'host-key-unknown': ['host', 'fingerprint'],
    'host-key-changed': ['host', 'fingerprint'],
    'login-refused': ['host', 'reason'],
    'no-common-algorithm': ['host', 'reason'],
    'key-public': [],
    'key-putty': [],
    'key-passphrase-missing': [],
    'key-passphrase-wrong': [],
    'key-unsupported': ['type'],
    'key-unreadable': ['reason'],
    'remote-command-failed': ['host', 'reason'],
};

describe('locales', () => {
    const types = [...nodes.map(([type]) => type), PLUGIN];

    it('say each key once: the later of two would silence the earlier', () => {
        const keys = (value: unknown): number => {
            if (typeof value !== 'object' || value === null) return 0;
            const own = Array.isArray(value) ? 0 : Object.keys(value).length;
            return Object.values(value).reduce<number>((sum, inner) => sum + keys(inner), own);
        };
        // However the file is laid out: a string is a key if a colon follows it.
        const keysIn = (text: string) =>
            [...text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon).length;
        const twice = '{ "a": "b: c", "d": [{ "e": "\\"f\\": 1" }], "a": 1 }';
        assert.equal(keysIn(twice) - keys(JSON.parse(twice)), 1);
        for (const language of LANGUAGES) {
            const files = readdirSync(join(root, 'locales', language)).filter((name) => name.endsWith('.json'));
            for (const file of files) {
                const text = read('locales', language, file);
                assert.equal(keysIn(text), keys(JSON.parse(text)), `${language}/${file}`);
            }
        }
    });

    for (const type of types) {
        it(`${type} says everything in every language, with the same placeholders`, () => {
            const reference = english(type);
            for (const language of LANGUAGES) {
                const texts = leaves(catalogue(language, type));
                assert.deepEqual([...texts.keys()].sort(), [...reference.keys()].sort(), language);
                for (const [key, text] of texts) {
                    assert.ok(text.trim(), `${language} ${type} ${key} is empty`);
                    assert.deepEqual(placeholders(text), placeholders(reference.get(key) ?? ''), `${language} ${key}`);
                }
            }
        });
    }

    it('have no file without a node or plugin', () => {
        for (const language of LANGUAGES) {
            // `parts`: what several help pages share, see help.spec.ts.
            for (const file of readdirSync(join(root, 'locales', language)).filter((name) => name !== 'parts')) {
                assert.ok(types.includes(file.replace(/\.(json|html)$/, '')), `${language}/${file}`);
            }
        }
    });

    it('have a name and two sentences for every event', () => {
        const texts = english('ups-unit');
        for (const id of [...Object.keys(UPS_EVENTS), 'threshold-warning', 'threshold-alarm']) {
            for (const part of ['name', 'on', 'off'])
                assert.ok(texts.has(`ups-unit.events.${id}.${part}`), `${id} ${part}`);
        }
    });

    it('have a sentence for every error, using nothing but what the error carries', () => {
        const texts = english('ups-unit');
        const codes = [...texts.keys()].filter((key) => key.startsWith('ups-unit.errors.'));
        assert.deepEqual(
            codes.map((key) => key.replace('ups-unit.errors.', '')).sort(),
            Object.keys(ERROR_CODES).sort(),
        );
        for (const [code, data] of Object.entries(ERROR_CODES)) {
            for (const name of placeholders(texts.get(`ups-unit.errors.${code}`) ?? '')) {
                // Whoever carries seconds is given them in words, too.
                const carried = data.includes(name) || (name === 'time' && data.includes('seconds'));
                assert.ok(carried, `${code} has no ${name}`);
            }
        }
    });

    it('have a status text for every key that the runtime shows', () => {
        const texts = english('ups-unit');
        let found = 0;
        for (const folder of ['nodes', 'lib/flow']) {
            const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
            for (const file of files.filter((name) => name.endsWith('.ts') && !name.startsWith('editor'))) {
                for (const [, argument = ''] of read(folder, file).matchAll(
                    /(?:statusText|exts?\.status)\(([^()]*)/g,
                )) {
                    for (const [, key = ''] of argument.replace(/===? '[^']+'/g, '').matchAll(/'([\w-]+)'/g)) {
                        assert.ok(texts.has(`ups-unit.status.${key}`), `${folder}/${file} shows status.${key}`);
                        found++;
                    }
                }
            }
        }
        assert.ok(found > 20, 'the runtime shows statuses');
        for (const code of Object.keys(ERROR_CODES)) assert.ok(texts.has(`ups-unit.status.${code}`), code);
    });
});

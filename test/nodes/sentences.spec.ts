import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { ruleKey } from '../../nodes/editor/rules';
import { catalogue, root } from './editor/contract';

/** Three words with letters in a row. */
const SENTENCE =
    /(?:^|[\s(“"'])[A-Za-z][A-Za-z'’-]*[,:;]? [A-Za-z][A-Za-z'’-]*[,:;]? [A-Za-z][A-Za-z'’-]*(?=$|[\s.,:;!?)”"'…])/;

/** The statements of lib/store: some word of theirs is one of SQL's, in capitals. */
const SQL = /\b(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|BEGIN|WHERE|AND|OR|NULL|LIKE)\b/;

/** Data that manuals print, what a NUT server tells of each variable, and names of BACnet objects, where each line would be an entry of its own. */
const TABLES =
    /^lib\/protocols\/((cs141|device-map)\/maps\/|nut-server\/descriptions\.ts$|bacnet\/(commands|quantities)\.ts$)/;

/** The texts of a MIB file, which are English everywhere. */
const MIB_FILES = /^lib\/protocols\/snmp-agent\/mib\//;

/** The HELP of a metric, which every reader of metrics expects in English. */
const METRICS = /^lib\/protocols\/metrics\//;

type Entry = readonly [file: string, why: string, ...texts: string[]];

const EXPECTED = 'what the API expects of a parameter, for programs';

/** Where English stands in the code all the same. */
const ENTRIES: readonly Entry[] = [
    ['lib/core/clock.ts', 'an error that only programmers see', 'clock speed must be above 0, got …'],
    [
        'lib/core/settings/validate-flow.ts',
        'an error that only programmers see',
        'a flow is an array of nodes, or an object with an array `flows`',
    ],
    [
        'nodes/shared/admin/admin-route.ts',
        'names of headers, for programs',
        'X-Requested-With, or Content-Type: application/json',
    ],
    [
        'nodes/door/io-middleware.ts',
        'refusals of a socket, for programs',
        'not from a page of this server',
        'not allowed to see the dashboard',
        'the dashboard did not answer',
    ],
    [
        'nodes/shared/api/answer-api.ts',
        'a header, and what the API expects, for programs',
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'",
        'X-Ridethrough: 1, and the origin of this server',
        'a JSON object',
        'a whole request',
    ],
    [
        'nodes/shared/server/metrics-endpoints.ts',
        'refusals of a request, for programs',
        'the metrics could not be made',
        'bearer token needed',
        'GET or HEAD',
        'several UPSs: add ?ups=<name>',
        'no such UPS',
    ],
    [
        'lib/protocols/mqtt/home-assistant.ts',
        'a template of Home Assistant',
        "{{ 'None' if … is not defined else 'ON' if … else 'OFF' }}",
    ],
    [
        'nodes/shared/server/modbus-node.ts',
        'reasons of the Modbus server, by which a sentence is found',
        'too many clients',
        'does not read its answers',
        'silent for too long',
    ],
    [
        'lib/protocols/cs141/served/card-values.ts',
        'meanings that register maps name',
        'value.output power factor, phase 1',
        'value.output power factor, phase 2',
        'value.output power factor, phase 3',
        'flag.load on the preferred source',
        'flag.on static switch A',
        'flag.on static switch B',
    ],
    ['nodes/shared/api/data-api.ts', EXPECTED, 'the id of a UPS, a sensor, …', 'epoch ms, or ISO 8601'],
    ['nodes/shared/api/deletion.ts', EXPECTED, 'the id of a site', 'epoch ms or ISO 8601, or all=true'],
    ['nodes/shared/api/episode-api.ts', EXPECTED, 'as in the answer'],
    ['nodes/shared/api/query.ts', EXPECTED, 'epoch ms, or ISO 8601'],
    ['nodes/editor/form/open.ts', 'a selector of CSS', 'input, select, textarea'],
    ['nodes/editor/table-field.ts', 'a selector of CSS', 'input, textarea, select'],
    [
        'nodes/devices/ups-simulator.ts',
        'the topics of its input',
        'msg.topic mains, load, charge, fault, silent, blind, test',
    ],
    ['nodes/jobs/ups-ssh.editor.ts', 'how a key begins', '-----BEGIN OPENSSH PRIVATE KEY-----'],
    [
        'lib/simulation/commands.ts',
        'what a simulated UPS says of its test, as real ones do in their own words',
        'aborted as requested',
    ],
    [
        'lib/simulation/transitions.ts',
        'what a simulated UPS says of its test, as real ones do in their own words',
        'battery voltage below the voltage of the test',
        'battery low before the end of the test',
        'battery must be replaced',
    ],
    [
        'lib/protocols/modbus-server/framing.ts',
        'an error that only the simulator of a card shows',
        'protocol identifier is not 0',
    ],
    [
        'lib/protocols/modbus-server/tcp-server.ts',
        'what only the simulator of a card shows',
        'too many clients',
        'does not read its answers',
        'silent for too long',
    ],
    [
        'lib/protocols/gsm/pdu.ts',
        'errors that only the simulated modem meets',
        'the PDU is not hexadecimal',
        'the PDU is not an SMS-SUBMIT (…)',
        'the PDU is too short',
    ],
    [
        'lib/protocols/cs141/decode.ts',
        'keys of the register maps, and a kind of sensor',
        'on manual bypass A',
        'on manual bypass B',
        'on static switch A',
        'on static switch B',
        'temperature and humidity',
    ],
    ['lib/protocols/cs141/sensor-modules.ts', 'a kind of sensor', 'temperature and humidity'],
    [
        'lib/protocols/delta/decode.ts',
        'what the UPS says of its test, by the table of the protocol',
        'no test performed',
        'test in progress',
        'general test failed',
        'battery test failed',
        'deep battery test failed',
    ],
    [
        'lib/protocols/nut/status-flags.ts',
        'words of NUT, and alarms by their id',
        'vendor:battery voltage too high',
        'OL CHRG DISCHRG TRIM BOOST ALARM ALARM_OK COMM COMMOK WAIT HE TEST',
        'vendor:status OL and OB at once',
    ],
    [
        'lib/protocols/nut/alarm-texts.ts',
        'alarms as NUT tells them, which our own client reads',
        'Temperature too high',
        'Battery test failed',
        'Emergency power off',
    ],
    [
        'lib/protocols/nut/encode.ts',
        "results of tests in the words of NUT's drivers",
        'Done and passed',
        'Done and warning',
        'Done and error',
        'No test initiated',
    ],
    [
        'lib/protocols/nut-server/commands.ts',
        'an answer of upsd',
        'Commands: HELP VER GET LIST SET INSTCMD LOGIN LOGOUT USERNAME PASSWORD STARTTLS',
    ],
    ['lib/protocols/nut/driver.ts', 'an alarm by its id', 'vendor:upsd denies the login'],
    ['lib/protocols/snmp/alarms.ts', 'an alarm by its id', 'vendor:… …, not told which'],
    ['lib/protocols/nut/client.ts', 'a request of NUT', 'SET TRACKING ON'],
    [
        'lib/protocols/ini/duramax-settings.ts',
        'names of the screen, by which keys of a file are proposed',
        'Max Buffer Time',
        'Maximum Buffer Time',
        'Depth Of Discharge Protection',
        'Shut Down Time',
        'Deep Discharge Threshold',
    ],
    [
        'lib/protocols/labelled-page/entities.ts',
        'entities of HTML',
        'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm ',
        'raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde ',
        'Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave ',
        'eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml',
    ],
    [
        'lib/protocols/labelled-page/visible-text.ts',
        'elements of HTML',
        'a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr output q s samp small span strike strong sub sup time tt u ',
        'area base br col embed hr img input link meta param source track wbr',
    ],
    ['lib/protocols/measurement-csv/time-format.ts', 'a form of times', 'ddd, DD MMM YYYY HH:mm:ss'],
    [
        'lib/protocols/mib/module-store.ts',
        'the text of a MIB module',
        '… DEFINITIONS ::= BEGIN\nIMPORTS iso FROM SNMPv2-SMI ;\n…\nEND\n',
    ],
    ['lib/protocols/duramax/models.ts', 'what the maker calls it', 'DURAmax DC UPS 24V …A'],
    ['lib/protocols/rccmd/codec.ts', 'a line of RCCMD', 'CONNECT TO RCCMD (SEND)'],
    ['lib/protocols/mail/smtp-session.ts', 'a reply of SMTP that is read as one', '535 the access token is refused'],
    [
        'lib/protocols/snmp/net-snmp-errors.ts',
        'texts of net-snmp, to know its errors by',
        'Not In Time Window',
        'Unknown Engine ID',
        'Unsupported Security Level',
        'Unknown User Name',
    ],
    ['lib/protocols/ssh/private-key.ts', 'the label of a file', 'OPENSSH PRIVATE KEY'],
    ['lib/protocols/ssh/prompts.ts', 'a prompt to know', 'mot de passe'],
    [
        'lib/protocols/ini/duramax-settings.ts',
        'names of settings in a file of the device',
        'Max Buffer Time',
        'Maximum Buffer Time',
        'Depth Of Discharge Protection',
        'Shut Down Time',
        'Deep Discharge Threshold',
    ],
    [
        'lib/protocols/labelled-page/entities.ts',
        'names of characters in HTML',
        'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm ',
        'raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde ',
        'Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave ',
        'eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml',
    ],
    [
        'lib/protocols/labelled-page/visible-text.ts',
        'names of elements in HTML',
        'a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr output q s samp small span strike strong sub sup time tt u ',
        'area base br col embed hr img input link meta param source track wbr',
    ],
    ['lib/protocols/measurement-csv/time-format.ts', 'a format of dates', 'ddd, DD MMM YYYY HH:mm:ss'],
    ['lib/protocols/mib/module-store.ts', 'a MIB', '… DEFINITIONS ::= BEGIN\nIMPORTS iso FROM SNMPv2-SMI ;\n…\nEND\n'],
];

describe('sentences', () => {
    const found = ['nodes', 'lib'].flatMap((folder) => filesOf(folder)).flatMap((file) => sentencesOf(file));
    const rules = catalogue('en-US', 'ridethrough-editor').rule as Record<string, string>;

    it('stand in the catalogues, not in the code', () => {
        // People read the sentence of a rule; its name in the evidence of an event is the same in every language.
        const isRule = (text: string) => ruleKey(text.replace(/ for …$/, '')) in rules;
        const wrong = found.filter(({ file, text }) => !isAllowed(file, text) && !isRule(text));
        assert.deepEqual(wrong, []);
    });

    it('are allowed one by one, and only while they stand there', () => {
        const gone = ENTRIES.flatMap(([file, , ...texts]) =>
            texts.filter((text) => !found.some((each) => each.file === file && each.text === text)),
        );
        assert.deepEqual(gone, []);
    });

    it('would be found in a text and in a template', () => {
        const source = 'const a = "mail was sent"; const b = `mail was ${a} sent to you`; const c = "on, off";';
        assert.equal(literalsOf(source).filter((text) => SENTENCE.test(text)).length, 2);
    });
});

function isAllowed(file: string, text: string): boolean {
    if (TABLES.test(file) || METRICS.test(file) || MIB_FILES.test(file)) return true;
    if (file.startsWith('lib/store/') && SQL.test(text)) return true;
    return ENTRIES.some(([place, , ...texts]) => place === file && texts.includes(text));
}

function filesOf(folder: string): string[] {
    return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => join(folder, file));
}

function sentencesOf(file: string): { file: string; text: string }[] {
    const found = literalsOf(readFileSync(join(root, file), 'utf8')).filter((text) => SENTENCE.test(text));
    return found.map((text) => ({ file, text }));
}

function literalsOf(source: string): string[] {
    const texts: string[] = [];
    const visit = (node: ts.Node): void => {
        if (ts.isStringLiteralLike(node)) texts.push(node.text);
        if (ts.isTemplateExpression(node)) {
            texts.push(node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join(''));
        }
        ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile('a.ts', source, ts.ScriptTarget.Latest));
    return texts;
}

import type { RmcuDevice } from './device';
import { button, escaped, link, page, render, table, type Cell } from './html';
import { LOG_NAME } from './measurement-log';
import type { Mib } from './mib/model';
import { FACTORY_USERS, type RmcuOptions } from './options';
import {
    ANALOG_CHANNELS,
    INPUT_NUMBERS,
    OUTPUT_NUMBERS,
    type AlarmSide,
    type AnalogChannel,
    type OutputNumber,
    type Schedule,
} from './settings';
import { menu } from './status-pages';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

export interface SetupSource {
    device: RmcuDevice;
    mib: Mib;
    options: RmcuOptions;
    port: number;
    httpPort: number;
    address: string;
}

/**
 * The setup screens show the settings (RMCU manual, "Remote Monitoring and Control Setup"); they are changed through the simulator's control words, but
 * for what the screens have buttons or lists for: log, test mail and trap. Undefined: no such screen.
 */
export function setupPage(path: string, source: SetupSource): string | undefined {
    const screen = SETUP[path];
    return screen && page(screen.title, `${menu()}\n<h1>${screen.title}</h1>\n${screen.body(source)}`);
}

const SETUP: Readonly<Record<string, { title: string; body(source: SetupSource): string }>> = {
    '/device': { title: 'Device Setup', body: deviceSetup },
    '/sensors': { title: 'Sensor Setup', body: sensorSetup },
    '/alarms': { title: 'Alarm Setup', body: alarmSetup },
    '/users': { title: 'User Setup', body: userSetup },
    '/network': { title: 'Network Setup', body: networkSetup },
    '/email': { title: 'E-Mail Setup', body: mailSetup },
};

function deviceSetup({ device, mib }: SetupSource): string {
    const { settings, log, clock } = device;
    const date = (at: number | undefined) => (at === undefined ? '-' : clock.sentence(at));
    const files = [...new Set([...log.names, LOG_NAME])].map((name) => link(`/${name}`, name)).join(' ');
    return table([
        ['Site Name', settings.siteName],
        ['Model', device.plant.model],
        ['Logging rate', `${settings.log.rateMinutes} Minutes`],
        ['Log start date', date(log.startedAt)],
        ['Last log date', date(log.lastAt)],
        ['Clear Log?', { html: button('Clear', { do: 'clear-log' }) }],
        ['Append Now?', { html: button('Append', { do: 'append-now' }) }],
        ['Log Alarms?', settings.log.alarms],
        ['Logging status', log.status],
        ['Download log', { html: files }],
        ['Download MIB File', { html: link(`/${mib.module}.mib`, 'SNMP MIB File') }],
        ['Current system time', clock.sentence()],
        ['Time Zone', `${settings.zoneHours} Hours`],
        ['Significant digits', settings.digits],
        ['Temperature units', settings.temperatureUnit],
    ]);
}

function sensorSetup({ device }: SetupSource): string {
    const { settings } = device;
    const averaging = (channel: AnalogChannel) => {
        const { samples } = settings.analog[channel];
        return samples > 1 ? `${samples} samples` : 'None';
    };
    const output = (number: OutputNumber): string[] => {
        const { name, inactiveText, activeText, pulse, pulseSeconds } = settings.outputs[number];
        return [
            `#${number}`,
            name,
            inactiveText,
            activeText,
            `${pulse ? 'Yes' : 'No'} ${pulseSeconds} seconds`,
            'Disabled',
        ];
    };
    const scheduled = settings.schedules.map((schedule, index): [string, string] => {
        const { name, activeText, inactiveText } = settings.outputs[schedule.output];
        return [`#${index + 1}`, `${name} ${schedule.active ? activeText : inactiveText} ${windowText(schedule)}`];
    });
    return `<h2>Analog Inputs</h2>
${grid(
    ['', 'Name', 'Averaging'],
    ANALOG_CHANNELS.map((channel) => [channel, settings.analog[channel].name, averaging(channel)]),
)}
<h2>Digital Inputs</h2>
${grid(
    ['', 'Name', 'Type'],
    INPUT_NUMBERS.map((number) => [`#${number}`, settings.inputs[number].name, 'GPIO']),
)}
<h2>Digital Outputs</h2>
${grid(['', 'Name', 'Inactive', 'Active', 'Pulse', 'PWM'], OUTPUT_NUMBERS.map(output))}
<h2>Scheduled Outputs</h2>
${table(scheduled)}
<h2>Logging schedule</h2>
<p>${escaped(windowText(settings.loggingSchedule))}</p>`;
}

function alarmSetup({ device }: SetupSource): string {
    const { settings } = device;
    const outputs = (numbers: readonly OutputNumber[]) =>
        numbers.map((number) => settings.outputs[number].name).join(', ');
    const side = (limits: AlarmSide | undefined): Cell[] =>
        limits
            ? [limits.threshold, limits.recovery, limits.autoRecovery, limits.mail, outputs(limits.contacts)]
            : ['', '', '', '', ''];
    const heads = ['Threshold', 'Recovery', 'Allow auto Recovery', 'Send e-mail', 'Alarm contacts'];
    const analog = ANALOG_CHANNELS.map((channel) => {
        const { name, under, over, durationSeconds } = settings.analog[channel];
        return [name || channel, ...side(under), ...side(over), `${durationSeconds} seconds`];
    });
    const digital = INPUT_NUMBERS.map((number) => {
        const { name, condition, mail, contacts, durationSeconds } = settings.inputs[number];
        return [name || `#${number}`, condition, mail, outputs(contacts), `${durationSeconds} seconds`];
    });
    return `<h2>Analogs</h2>
${grid(['', ...heads.map((head) => `Under: ${head}`), ...heads.map((head) => `Over: ${head}`), 'Duration required'], analog)}
<h2>Digital Inputs</h2>
${grid(['', 'Alarm Condition', 'Email', 'Alarm contacts', 'Duration required'], digital)}
${button('Clear alarms', { do: 'clear-alarms' })}`;
}

function userSetup({ options }: SetupSource): string {
    const rows = (options.users ?? FACTORY_USERS).map(({ name, access, snmp }) => [
        name,
        access,
        snmp ? 'Enabled' : 'Disabled',
    ]);
    return `${grid(['Username', 'Access', 'SNMPv3'], rows)}
<p>Device supports AES (128bit, CFB) for privacy protocol and MD5 for auth protocol.</p>`;
}

function networkSetup({ options, port, httpPort, address }: SetupSource): string {
    const { trap, agentAccess = 'read-write', writeCommunity = 'private', community = 'public' } = options;
    return table([
        ['Static IP Address', address],
        ['Agent UDP port', port],
        ['Agent access', agentAccess],
        ['Public (read) community', community],
        ['Private (write) community', '*'.repeat(writeCommunity.length)],
        ['Trap UDP port', trap?.port ?? 0],
        ['Trap Destination IP', trap?.host ?? ''],
        ['Send test trap now?', { html: button('Send', { do: 'test-trap' }) }],
        ['HTTP port', httpPort],
        ['Reboot', { html: button('Reboot', { do: 'reboot' }) }],
    ]);
}

function mailSetup({ device }: SetupSource): string {
    const { mail } = device.settings;
    return table([
        ['E-mail server', mail.host],
        ['Server port', mail.port],
        ['Server username', mail.user],
        ['E-mail to', mail.to],
        ['E-mail from', mail.from],
        ['Minimum interval', `${mail.minimumMinutes} Minutes`],
        ['Periodic interval', mail.periodicHours ? `${mail.periodicHours} Hours` : 'Disabled'],
        ['Periodic start', mail.periodicStart],
        ['Send e-mail on bootup?', mail.onBoot],
        ['Send test e-mail now?', { html: button('Send', { do: 'test-mail' }) }],
    ]);
}

function windowText({ enabled, from, to, days }: Schedule): string {
    return `${enabled ? 'Enabled' : 'Disabled'} ${from} to ${to} ${days.map((day) => DAYS[day]).join(' ')}`;
}

function grid(heads: readonly string[], rows: readonly (readonly Cell[])[]): string {
    const head = heads.map((text) => `<th>${escaped(text)}</th>`).join('');
    const lines = rows.map((cells) => `<tr>${cells.map((cell) => `<td>${render(cell)}</td>`).join('')}</tr>`);
    return `<table>\n<tr>${head}</tr>\n${lines.join('\n')}\n</table>`;
}

import type { RmcuDevice } from './device';
import { button, escaped, link, page } from './html';
import { LOG_NAME } from './measurement-log';
import { ANALOG_CHANNELS, INPUT_NUMBERS, OUTPUT_NUMBERS, type OutputNumber } from './settings';

/** Path and name of each setup screen (RMCU manual, "Remote Monitoring and Control Setup"). */
export const SCREENS = [
    ['/', 'Status'],
    ['/device', 'Device Setup'],
    ['/sensors', 'Sensor Setup'],
    ['/alarms', 'Alarm Setup'],
    ['/users', 'User Setup'],
    ['/network', 'Network Setup'],
    ['/email', 'E-Mail Setup'],
] as const;

export function menu(): string {
    return `<p>${SCREENS.map(([path, name]) => link(path, name)).join(' | ')}</p>`;
}

/** `label: value unit` and a tick, or a cross in an alarm (RMCU manual, "Remote Monitoring and Control Status Page"); the tags are ours. */
export function statusPage(device: RmcuDevice): string {
    const rows = device.display.status().map(({ label, text, alarm, output }) => {
        const shown = `<td>${escaped(label)}: ${escaped(text)}</td><td class="${alarm ? 'alarm' : 'ok'}">${alarm ? '&#10007;' : '&#10003;'}</td>`;
        return `<tr>${shown}${output ? `<td>${toggle(device, output as OutputNumber)}</td>` : ''}</tr>`;
    });
    return page(
        'Status',
        `${menu()}
<h1>${escaped(device.settings.siteName)} Status</h1>
<table>
${rows.join('\n')}
</table>
<p>${link(`/${LOG_NAME}`, 'Download Log')} - Right click to save</p>`,
    );
}

/** The page for phones: a table of cells, `---` where a channel is hidden (RMCU manual, "Remote Monitoring and Control Status Page"); the tags are ours. */
export function mobilePage(device: RmcuDevice): string {
    const { settings, display, outputs } = device;
    const cell = (name: string, text: string, more = '') =>
        name ? `<td>${escaped(name)}<br>${escaped(text)}${more}</td>` : '<td>---</td>';
    const analog = ANALOG_CHANNELS.slice(2).map((channel) =>
        cell(settings.analog[channel].name, display.analogText(channel)),
    );
    const inputs = INPUT_NUMBERS.map((number) => cell(settings.inputs[number].name, display.inputText(number)));
    const switches = OUTPUT_NUMBERS.map((number) =>
        cell(settings.outputs[number].name, outputs.stateText(number), toggle(device, number)),
    );
    const rows = (cells: string[], width: number) =>
        cells.flatMap((_, index) => (index % width ? [] : [`<tr>${cells.slice(index, index + width).join('')}</tr>`]));
    return page(
        'RMCU',
        `<h1>RMCU - ${escaped(device.plant.model)}</h1>
<p>Line Voltage: ${escaped(display.analogText('ac'))}</p>
<p>Temperature: ${escaped(display.analogText('temperature'))}</p>
<table>
${[...rows(analog, 3), ...rows(inputs, 2), ...rows(switches, 2)].join('\n')}
</table>`,
    );
}

function toggle(device: RmcuDevice, output: OutputNumber): string {
    const { activeText, inactiveText } = device.settings.outputs[output];
    const active = device.outputs.isActive(output);
    return button(`Switch to ${active ? inactiveText : activeText}`, { output, state: active ? 'inactive' : 'active' });
}

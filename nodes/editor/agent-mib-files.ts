import { download } from './device-map/save-file';
import type { Form } from './form/form';

/** The modules that the agent serves as files. */
const FILES = ['RIDETHROUGH-UPS-MIB.txt', 'RIDETHROUGH-BACS-MIB.txt'];

/** A row with a button for each MIB file. A plain link would lack the token of the editor's user. */
export function mibFilesRow(form: Form, after: string): void {
    const row = $('<div class="form-row ridethrough-presets"></div>').insertAfter(form.row(after));
    $('<label></label>').text(form.text('mib.title')).appendTo(row);
    const failure = $('<div class="ridethrough-tip ridethrough-warning"></div>').hide();
    for (const file of FILES)
        $('<button type="button" class="red-ui-button"></button>')
            .text(file)
            .attr('data-mib', file)
            .appendTo(row)
            .on('click', () => {
                failure.hide();
                $.ajax({ url: `ridethrough/mib/${file}`, dataType: 'text' })
                    .done((text: string) => download(file, text, 'text/plain'))
                    .fail(({ status }) => failure.text(form.text('mib.failed', { status })).show());
            });
    failure.appendTo(row);
}

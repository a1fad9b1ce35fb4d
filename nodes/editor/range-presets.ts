import type { Form } from './form/form';

interface RangePreset {
    /** Its text is `preset.<key>` of the catalogue. */
    key: string;
    min: number;
    max: number;
    unit: string;
}

/** Measuring ranges of a DC supply with a monitoring unit (RMCU manual, "Specifications"). */
const RANGES: readonly RangePreset[] = [
    { key: 'ac', min: 0, max: 300, unit: 'V' },
    { key: 'dc', min: 0, max: 20, unit: 'V' },
    { key: 'amps50', min: 0, max: 50, unit: 'A' },
    { key: 'amps75', min: 0, max: 75, unit: 'A' },
];

/** Adds a row above the field `min` that fills in the unit and the range of a sensor. It stores nothing of its own. */
export function rangePresets(form: Form): void {
    const label = form.text('preset.label');
    const id = `${form.id('preset').slice(1)}`;
    const row = $('<div class="form-row"></div>').insertBefore(form.row('unit'));
    $('<label></label>')
        .attr('for', id)
        .append($('<i class="fa fa-magic"></i>'), ' ', $('<span class="ridethrough-label"></span>').text(label))
        .appendTo(row);
    const select = $('<select></select>').attr('id', id).appendTo(row);
    $('<option></option>').val('').text(form.text('preset.none')).appendTo(select);
    for (const { key } of RANGES)
        $('<option></option>')
            .val(key)
            .text(form.text(`preset.${key}`))
            .appendTo(select);
    $('<div class="ridethrough-tip"></div>').text(form.text('preset.tip')).appendTo(row);
    select.on('change', () => {
        const preset = RANGES.find((each) => each.key === select.val());
        if (!preset) return;
        for (const property of ['unit', 'min', 'max'] as const)
            form.input(property).val(String(preset[property])).trigger('change');
    });
}

import type { Form } from './form/form';
import { placeSecret, withSecret, type SecretColumn, type SecretRow } from './row-secrets';

/** A secret column of a table. */
export interface TableSecret extends SecretColumn {
    /** The table's property. */
    property: string;
    /** The credentials' name, without their numbers. */
    credential: string;
}

/**
 * Tables whose rows have secrets. The flow stores rows without them: each is a credential of its own, with a number.
 * @param most how many rows a table may have
 */
export class SecretTables {
    /** The rows as people see them, with the secrets in them. */
    private readonly shown = new WeakMap<Form, ReadonlyMap<string, () => SecretRow[]>>();

    constructor(
        private readonly secrets: readonly TableSecret[],
        private readonly most: number,
    ) {}

    /** Stored rows with a stand-in for each secret that Node-RED keeps. */
    rows(form: Form, property: string, stored: unknown): SecretRow[] {
        const credentials = form.node.credentials as Record<string, unknown> | undefined;
        const given = Array.isArray(stored) ? (stored as SecretRow[]) : [];
        return this.of(property).reduce(
            (rows, secret) =>
                withSecret(rows, secret, (slot) => {
                    const name = `${secret.credential}${slot}`;
                    return credentials?.[`has_${name}`] === true || Boolean(credentials?.[name]);
                }),
            given,
        );
    }

    /** For `prepare` of the dialog. */
    prepare(form: Form): void {
        const shown = new Map<string, () => SecretRow[]>();
        for (const property of new Set(this.secrets.map((each) => each.property))) {
            const widget = form.widgets.get(property);
            if (!widget) continue;
            const get = () => widget.get() as SecretRow[];
            shown.set(property, get);
            const without = () =>
                this.of(property).reduce((rows, each) => placeSecret(rows, each, this.most).rows, get());
            form.widgets.set(property, { ...widget, get: without });
        }
        this.shown.set(form, shown);
    }

    /** For `save` of the dialog. */
    save(form: Form): void {
        for (const secret of this.secrets) {
            const rows = this.shown.get(form)?.get(secret.property)?.() ?? [];
            placeSecret(rows, secret, this.most).secrets.forEach((value, index) => {
                const id = `node-input-${secret.credential}${index + 1}`;
                $(`#${id}`).remove();
                // Node-RED takes credentials from inputs; one with the stand-in stays as it is.
                $('<input type="hidden">').attr('id', id).val(value).appendTo(form.row(secret.property));
            });
        }
    }

    private of(property: string): TableSecret[] {
        return this.secrets.filter((each) => each.property === property);
    }
}

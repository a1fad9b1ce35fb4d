import type { Declaration } from '../../../lib/core/settings';
import type { EditorNode } from '../red';
import type { Column, Row } from '../table-field';
import type { Form } from './form';

/** A special widget in the box of a setting. */
export interface Widget {
    /** Its value, in the form that the flow stores. */
    get(): unknown;
    /** Shows another value; of tables alone. */
    set?(value: readonly object[]): void;
}

/** Additions to the columns of a table. */
export interface TableParts {
    /** Text of the button; default: `add.<property>` of the catalogue, if that exists. */
    add?: string;
    /** By column key: width, placeholder, and choices that are not in the declaration. */
    columns?: Readonly<Record<string, Partial<Column>>>;
    /** Further columns, which the flow does not store: the dialog's `save` takes them out. */
    further?: readonly Column[];
    /** Converts stored rows to the rows that the table shows. */
    rows?(stored: unknown): readonly Row[];
}

/** The parts of a dialog that its declaration does not make. All parts are optional. */
export interface DialogParts {
    /** The label of a node without a name, if it needs texts that only the editor has. */
    label?(node: EditorNode): string;
    /** A remark behind the name, in brackets, on the canvas and in lists of config nodes; '' for none. */
    remark?(node: EditorNode): string;
    outputLabel?(node: EditorNode, index: number): string | undefined;
    tables?: Readonly<Record<string, (form: Form) => TableParts>>;
    /** For lists with a row for each entry, by property: the text of the button, and the example in a row. */
    lists?: Readonly<Record<string, { add?: string; placeholder?: string }>>;
    /** Widgets of special settings. */
    boxes?: Readonly<Record<string, (form: Form, selector: string) => Widget>>;
    /** Called once, when the dialog is open and filled. */
    prepare?(form: Form): void;
    /** Called after each change, when rows have been shown and hidden. */
    refresh?(form: Form): void;
    /** Called before the settings are stored. */
    save?(form: Form): void;
    /** The buttons "Read now" or "Send test", in place of the default ones. */
    tryNow?(form: Form): object;
}

export interface SpecialDialog extends DialogParts {
    readonly type: string;
}

/** The special parts of the dialog of a declared node; the default export of `<type>.editor.ts`. */
export function dialog<S>(declaration: Declaration<S>, parts: DialogParts): SpecialDialog {
    return { ...parts, type: declaration.type };
}

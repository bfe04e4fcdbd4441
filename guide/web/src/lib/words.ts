/** The closed lists of the contract in the reader's language; a word that is new to this page stays as it is. */
import { m } from './paraglide/messages.js';

const messages = m as unknown as Record<string, (() => string) | undefined>;

export const actionWord = (action: string): string => messages[`action_${action}`]?.() ?? action;

export const reasonWord = (reason: string): string => messages[`reason_${reason}`]?.() ?? reason;

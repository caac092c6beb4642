/** Under which the page that explains the models keeps its text, for this tab alone. */
export const seeTextKey = 'foreword.see.text';

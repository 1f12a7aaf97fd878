exports.after = { enter: "inside", inside: null };

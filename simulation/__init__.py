"""Agent-based model of ICAM-1 in tumour growth, immune evasion and metastasis."""

"""Search on Elasticsearch: a stock server without plugins, given words that `search.analysis` has cut already."""
